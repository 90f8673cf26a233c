#pragma once
/// A document's text as passages, and the strings that are embedded for them.
///
/// The embedded string of a passage is its document's title, a space and the slice (the slice alone without a title):
/// a passage often leaves out what it is about. Title and slice together fit the model: the slice gets what the title
/// leaves, and a title that would take more than half of the room is cut. A glossary (null: none) adds to the whole
/// string; slices are cut shorter where it would not fit then.

#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "embed/local_embedder.h"
#include "lexical/synonyms.h"
#include "read/document.h"
#include "vicinal/chunker.h"

namespace vicinal::engine {

struct Passages {
  std::vector<Chunk> chunks;
  std::vector<std::string> strings;   ///< what is embedded, one per chunk
  std::vector<base::Hash128> hashes;  ///< of (space, string)
  size_t tokens = 0;                  ///< estimate of the work: tokens of all strings, each at most the model's limit
};

/// What the tokenizer keeps nothing of (blank text, zero-width characters) is in no passage. Thread-safe.
Passages make_passages(const embed::LocalEmbedder& embedder, const ChunkSpec& spec, std::string_view title,
                       std::string_view text, const lexical::Synonyms* glossary = nullptr);

/// The same of slices that are cut already; their tokens are counted anew. Thread-safe.
Passages passages_of(const embed::LocalEmbedder& embedder, const ChunkSpec& spec, std::string_view title,
                     std::string_view text, std::vector<Chunk> chunks, const lexical::Synonyms* glossary = nullptr);

/// Lines of a document's body become lines of the file that it was read from.
void use_file_lines(const read::Document& document, std::vector<Chunk>& chunks);

/// True if the embedder reads all of the string; else it would be cut at the model's limit.
bool fits_model(const embed::LocalEmbedder& embedder, const std::string& string);

/// Sizes that apply to one document: `size` ≥ 1, `overlap` < size.
struct PassageSizes {
  size_t size = 0;
  size_t overlap = 0;
};
PassageSizes passage_sizes(const ChunkSpec& spec, size_t room_tokens);

}  // namespace vicinal::engine
