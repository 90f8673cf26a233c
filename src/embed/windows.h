#pragma once
/// How many texts are worked on together, and how they become micro-batches.
///
/// A window is a run of input texts. Within it equal texts are encoded once, the rest is sorted by length (longest
/// first, so that the last pieces of work are small) and cut by a budget of tokens. None of this changes a vector.

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace vicinal::embed {

struct WindowLimits {
  size_t texts = 4096;
  size_t tokens = size_t{64} << 10;  ///< estimated before tokenizing
  size_t max_tokens = 512;           ///< no text counts for more
};

/// Where the window that begins at `begin` ends; past `begin` if any text is left.
size_t window_end(std::span<const std::string_view> texts, size_t begin, const WindowLimits& limits);

/// Equal texts of a window found: distinct[i] is the first place of the i-th distinct text, slot[t] its i for text t.
struct DistinctTexts {
  std::vector<size_t> distinct;
  std::vector<size_t> slot;
};
DistinctTexts find_distinct(std::span<const std::string_view> texts);

/// Members of each batch, as indices into `lengths`. A batch holds at most `budget` tokens, or one text.
std::vector<std::vector<size_t>> cut_batches(std::span<const size_t> lengths, size_t budget);

}  // namespace vicinal::embed
