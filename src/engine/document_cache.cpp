#include "engine/document_cache.h"

#include "base/check.h"

namespace vicinal::engine {

Result<const Document*> DocumentCache::get(const std::string& id) {
  if (const auto known = documents_.find(id); known != documents_.end()) return &known->second;
  VICINAL_TRY(Document document, store_.get(id));
  if (bytes_ > kMaxBytes) {
    documents_.clear();
    bytes_ = 0;
  }
  bytes_ += document.text.size() + document.chunks.size() * sizeof(Chunk);
  return &documents_.emplace(id, std::move(document)).first->second;
}

Result<DocumentCache::Place> DocumentCache::passage(const std::string& id, size_t ordinal) {
  VICINAL_TRY(const Document* document, get(id));
  if (ordinal < document->chunks.size() && document->chunks[ordinal].byte_end <= document->text.size())
    return Place{document, &document->chunks[ordinal]};
  return Error(Code::corrupt, "a vector's passage is not in its document")
      .with("document", id)
      .with("ordinal", ordinal);
}

}  // namespace vicinal::engine
