#pragma once
/// What a terminal shows, line by line, and the fewest bytes that change it into something else. Pure.

#include <cstddef>
#include <string>
#include <vector>

namespace vicinal::cli {

/// Lines fit the terminal's width; colours that a line switches on it switches off. The cursor counts from 0.
struct Frame {
  std::vector<std::string> lines;
  size_t cursor_row = 0, cursor_column = 0;
  bool operator==(const Frame&) const = default;
};

class Screen {
 public:
  /// The terminal shows something unknown: the next frame is drawn from nothing.
  void forget() { known_ = false; }
  /// Bytes that make the terminal show the frame; none where it does.
  std::string update(Frame frame);

 private:
  Frame shown_;
  bool known_ = false;
};

}  // namespace vicinal::cli
