#include "engine/document_passages.h"

#include <algorithm>
#include <iterator>

namespace vicinal::engine {
namespace {

void append(Passages& all, Passages some, size_t field) {
  for (Chunk& chunk : some.chunks) chunk.field = field;
  std::ranges::move(some.chunks, std::back_inserter(all.chunks));
  std::ranges::move(some.strings, std::back_inserter(all.strings));
  std::ranges::move(some.hashes, std::back_inserter(all.hashes));
  all.tokens += some.tokens;
}

/// `passages(title, text, field)` for the body and every other field.
template <class Make>
Passages of_all_fields(const index::DocumentWrite& document, const Make& passages) {
  Passages all = passages(document.title, document.text, 0);
  for (const FieldText& field : document.fields) {
    const std::string_view title = field.name == index::kTitleField ? std::string_view() : document.title;
    append(all, passages(title, field.text, field.field), field.field);
  }
  return all;
}

}  // namespace

Passages make_document_passages(const embed::LocalEmbedder& embedder, const ChunkSpec& spec,
                                const index::DocumentWrite& document, const lexical::Synonyms* glossary) {
  return of_all_fields(document, [&](std::string_view title, std::string_view text, size_t) {
    return make_passages(embedder, spec, title, text, glossary);
  });
}

Passages document_passages_of(const embed::LocalEmbedder& embedder, const ChunkSpec& spec,
                              const index::DocumentWrite& document, std::vector<Chunk> chunks,
                              const lexical::Synonyms* glossary) {
  return of_all_fields(document, [&](std::string_view title, std::string_view text, size_t field) {
    std::vector<Chunk> own;
    std::ranges::copy_if(chunks, std::back_inserter(own), [&](const Chunk& chunk) { return chunk.field == field; });
    return passages_of(embedder, spec, title, text, std::move(own), glossary);
  });
}

}  // namespace vicinal::engine
