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
  size_t texts = 2048;
  size_t bytes = size_t{8} << 20;
  size_t tokens = size_t{64} << 10;  ///< estimated before tokenizing
  size_t max_tokens = 512;           ///< no text counts for more
};

/// Fills a window text by text: `full` says when to stop, and is false before the first text.
class WindowMeter {
 public:
  explicit WindowMeter(const WindowLimits& limits) : limits_(limits) {}
  void add(std::string_view text);
  bool full() const { return texts_ >= limits_.texts || bytes_ >= limits_.bytes || tokens_ >= limits_.tokens; }

 private:
  WindowLimits limits_;
  size_t texts_ = 0, bytes_ = 0, tokens_ = 0;
};

/// Where the window that begins at `begin` ends; past `begin` if any text is left.
size_t window_end(std::span<const std::string_view> texts, size_t begin, const WindowLimits& limits);

/// Equal texts of a window found: distinct[i] is the first place of the i-th distinct text, slot[t] its i for text t.
struct DistinctTexts {
  std::vector<size_t> distinct;
  std::vector<size_t> slot;
};
DistinctTexts find_distinct(std::span<const std::string_view> texts);

/// How a window is shared by threads.
struct BatchLimits {
  size_t tokens;  ///< of a batch at most (a longer text is a batch of its own)
  size_t threads = 1;
};

/// Members of each batch, as indices into `lengths`, longest first. For several threads batches become smaller towards
/// the end, so that the threads come to their ends together; a few texts are shared evenly.
std::vector<std::vector<size_t>> cut_batches(std::span<const size_t> lengths, const BatchLimits& limits);

}  // namespace vicinal::embed
