#pragma once
/// A document's text as passages, and the strings that are embedded for them.
///
/// The embedded string of a passage is its document's title, a space and the slice (the slice alone without a title):
/// a passage often leaves out what it is about. Title and slice together fit the model: the slice gets what the title
/// leaves, and a title that would take more than half of the room is cut.

#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "embed/local_embedder.h"
#include "vicinal/chunker.h"

namespace vicinal::engine {

struct Passages {
  std::vector<Chunk> chunks;
  std::vector<std::string> strings;   ///< what is embedded, one per chunk
  std::vector<base::Hash128> hashes;  ///< of (space, string)
  size_t tokens = 0;                  ///< estimate of the work: tokens of all strings, each at most the model's limit
};

/// Blank text: no passages. Thread-safe.
Passages make_passages(const embed::LocalEmbedder& embedder, const ChunkSpec& spec, std::string_view title,
                       std::string_view text);

/// Sizes that apply to one document: `size` ≥ 1, `overlap` < size.
struct PassageSizes {
  size_t size = 0;
  size_t overlap = 0;
};
PassageSizes passage_sizes(const ChunkSpec& spec, size_t room_tokens);

}  // namespace vicinal::engine
