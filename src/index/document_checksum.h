#pragma once
/// The checksum of everything that a reader is given of a document, kept beside it in the database.

#include <cstdint>
#include <span>
#include <string_view>

#include "vicinal/chunker.h"

namespace vicinal::index {

struct DocumentParts {
  std::string_view id, path, title, metadata, text;
  std::span<const Chunk> chunks;
};

/// Over all parts, lengths included.
uint64_t document_checksum(const DocumentParts& parts);

}  // namespace vicinal::index
