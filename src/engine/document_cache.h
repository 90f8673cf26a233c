#pragma once
/// Documents of one call, kept while they fit: hits of neighbouring queries share them.

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "index/store.h"

namespace vicinal::engine {

/// The store must outlive this. Not thread-safe.
class DocumentCache {
 public:
  explicit DocumentCache(index::Store& store) : store_(store) {}

  /// Valid until the next call.
  Result<const Document*> get(const std::string& id);
  /// A document's passage: bytes and lines. corrupt: it has none of that number. Valid until the next call.
  struct Place {
    const Document* document = nullptr;
    const Chunk* chunk = nullptr;
    std::string_view text() const { return document->chunk_text(*chunk); }
  };
  Result<Place> passage(const std::string& document, size_t ordinal);

 private:
  static constexpr size_t kMaxBytes = size_t{64} << 20;
  index::Store& store_;
  std::unordered_map<std::string, Document> documents_;
  size_t bytes_ = 0;
};

}  // namespace vicinal::engine
