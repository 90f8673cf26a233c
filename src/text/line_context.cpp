#include "text/line_context.h"

#include <algorithm>

namespace vicinal::text {

LineSpan with_lines_around(std::string_view text, LineSpan span, size_t lines) {
  size_t begin = text.substr(0, span.begin).rfind('\n') + 1;  // npos + 1 is 0
  for (size_t i = 0; i < lines && begin > 0; ++i) begin = text.substr(0, begin - 1).rfind('\n') + 1;
  // A span that ends with its line's end does not reach into the next one.
  const size_t last = span.end > span.begin && text[span.end - 1] == '\n' ? span.end - 1 : span.end;
  size_t end = std::min(text.find('\n', last), text.size());
  for (size_t i = 0; i < lines && end + 1 < text.size(); ++i) end = std::min(text.find('\n', end + 1), text.size());
  return {.begin = begin, .end = std::max(end, span.end)};
}

}  // namespace vicinal::text
