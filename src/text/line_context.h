#pragma once
/// Lines around a place in a text.

#include <cstddef>
#include <string_view>

namespace vicinal::text {

struct LineSpan {
  size_t begin = 0;
  size_t end = 0;
};

/// The whole lines that `span` lies in, and up to `lines` more on either side; without the last line's end, unless
/// `span` has it. REQUIRES: span.begin <= span.end <= text.size().
LineSpan with_lines_around(std::string_view text, LineSpan span, size_t lines);

}  // namespace vicinal::text
