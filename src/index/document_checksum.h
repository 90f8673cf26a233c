#pragma once
/// The checksum of everything that a reader is given of a document, kept beside it in the database.

#include <cstdint>
#include <span>
#include <string_view>

#include "vicinal/collection.h"

namespace vicinal::index {

struct DocumentParts {
  std::string_view id, path, title, metadata, text;
  std::span<const Chunk> chunks;
  std::span<const FieldText> fields = {};  ///< beside the text
};

/// Over all parts, lengths included. A document of a body alone has the checksum that it had before there were fields.
uint64_t document_checksum(const DocumentParts& parts);

}  // namespace vicinal::index
