#pragma once
/// The passages of all of a document's fields, the body's first.
///
/// Passages of the field of titles are embedded as they are, all others begin with the title (passages.h).

#include "engine/passages.h"
#include "index/store.h"

namespace vicinal::engine {

/// Of a document whose title, text and fields are set. Thread-safe.
Passages make_document_passages(const embed::LocalEmbedder& embedder, const ChunkSpec& spec,
                                const index::DocumentWrite& document, const lexical::Synonyms* glossary = nullptr);

/// The same of slices that are cut already, in the order of their fields; their tokens are counted anew. Thread-safe.
Passages document_passages_of(const embed::LocalEmbedder& embedder, const ChunkSpec& spec,
                              const index::DocumentWrite& document, std::vector<Chunk> chunks,
                              const lexical::Synonyms* glossary = nullptr);

}  // namespace vicinal::engine
