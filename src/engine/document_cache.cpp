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
  for (const FieldText& field : document.fields) bytes_ += field.text.size();
  bytes_ += document.text.size() + document.chunks.size() * sizeof(Chunk);
  return &documents_.emplace(id, std::move(document)).first->second;
}

Result<DocumentCache::Place> DocumentCache::passage(const std::string& id, size_t ordinal) {
  VICINAL_TRY(const Document* document, get(id));
  const Chunk* const chunk = ordinal < document->chunks.size() ? &document->chunks[ordinal] : nullptr;
  const bool within = chunk != nullptr && chunk->field < store_.identity().fields.size() &&
                      chunk->byte_end <= document->field_text(chunk->field).size();
  if (within) return Place{document, chunk};
  return Error(Code::corrupt, "a vector's passage is not in its document")
      .with("document", id)
      .with("ordinal", ordinal);
}

}  // namespace vicinal::engine
