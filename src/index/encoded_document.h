#pragma once
/// What the database keeps of a document besides what it was given: the costly part of a write, made ahead of the
/// transaction on all cores.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "index/store.h"
#include "index/text_codec.h"

namespace vicinal::index {

struct EncodedText {
  TextCoding coding = TextCoding::plain;
  std::string body;  ///< of another coding than plain; the text itself is the body else

  std::span<const std::byte> stored(std::string_view text) const {
    return std::as_bytes(coding == TextCoding::plain ? std::span(text) : std::span<const char>(body));
  }
};

struct EncodedDocument {
  uint64_t checksum = 0;  ///< document_checksum.h
  EncodedText text;
  std::vector<EncodedText> fields = {};  ///< as DocumentWrite::fields
};

/// What is stored where a document brings no metadata is an empty object.
inline std::string_view stored_metadata(const DocumentWrite& document) {
  return document.metadata.empty() ? "{}" : std::string_view(document.metadata);
}

/// Keeps threads and compressors between calls. Not thread-safe.
class DocumentEncoder {
 public:
  DocumentEncoder() = default;

  /// One for each document, in order.
  std::vector<EncodedDocument> encode(std::span<const DocumentWrite> documents);

 private:
  void start(size_t documents);

  std::unique_ptr<base::ThreadPool> pool_;  ///< none while documents came one by one
  std::vector<TextEncoder> encoders_;       ///< one a thread
};

}  // namespace vicinal::index
