#pragma once
/// A run of input texts on its way to vectors, and the two ends of that way.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/matrix_view.h"
#include "embed/prepare.h"
#include "embed/windows.h"
#include "vicinal/embedding.h"

namespace vicinal::embed {

/// Filled from the top: by a source, by preparing, by encoding.
struct TextWindow {
  size_t begin = 0;                     ///< index of its first text in the call
  std::vector<std::string> owned;       ///< where the texts are nobody else's
  std::vector<std::string_view> texts;  ///< views of `owned`, or of the caller's
  Matrix vectors;                       ///< [texts, dimensions]; empty where `out` is the caller's
  base::MutableMatrixView out;          ///< one row a text

  DistinctTexts distinct;
  std::vector<PreparedText> prepared;  ///< one a distinct text
  std::vector<std::vector<size_t>> batches;
};

/// Gives windows, one call at a time, from any of the pool's threads.
class WindowSource {
 public:
  enum class Got { window, nothing_yet, end };
  virtual ~WindowSource() = default;
  /// Sets owned, texts, vectors and out. `may_wait` false: nothing_yet where texts would have to be waited for.
  /// true: may also give nothing_yet, so that a caller can look whether it should stop.
  virtual Result<Got> next(TextWindow& window, bool may_wait) = 0;
};

/// Takes finished windows in order, one call at a time, while a source may be at work on another thread.
class WindowSink {
 public:
  virtual ~WindowSink() = default;
  /// False: nothing more is wanted.
  virtual Result<bool> take(const TextWindow& window) = 0;
};

}  // namespace vicinal::embed
