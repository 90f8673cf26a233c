#pragma once
/// What an element's tags do to the text around them.

#include <string_view>

namespace vicinal::read {

enum class Layout {
  none,        ///< inline, or unknown: nothing
  line,        ///< starts and ends a line
  line_break,  ///< <br>
  paragraph,   ///< a blank line before and after
  list,        ///< as a paragraph, but a list within a list stays close
  cell,        ///< a tab from the cell before
  heading,     ///< as a paragraph; <h1> to <h6>
  verbatim,    ///< <pre>
  skipped,     ///< left out up to the matching end tag
  raw,         ///< left out; its content is no markup
  title,       ///< <title>
};

/// `name` in lower case.
Layout layout_of(std::string_view name);

}  // namespace vicinal::read
