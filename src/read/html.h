#pragma once
/// A web page as the text that a person reads.

#include <string_view>

#include "base/check.h"
#include "read/document.h"

namespace vicinal::read {

/// Paragraphs, headings, lists and tables are set apart by a blank line; items, rows and other blocks start a line;
/// cells are separated by a tab. White space is collapsed outside <pre>. Scripts, styles, navigation, templates and
/// drawings are left out. Title: <title>, else the first <h1>, else the first heading.
/// The encoding is the BOM's, else UTF-8 where valid, else the declared one, else a guess.
Result<Document> read_html(std::string_view bytes, size_t max_text_bytes);

}  // namespace vicinal::read
