#pragma once
/// Markdown keeps its markup: its canonical text is the file's own lines, so that hits show lines that an editor shows.

#include <string>
#include <string_view>
#include <vector>

#include "read/headings.h"

namespace vicinal::read {

/// The rendered text of the first heading (ATX or setext) of any level, "" without one. Front matter between "---" or
/// "+++" lines is passed over. Looks at the first 64 KiB. REQUIRES: valid UTF-8, "\n" line ends.
std::string markdown_title(std::string_view text);

/// All headings with a rendered text, at the beginning of their lines, front matter passed over. REQUIRES: as above.
std::vector<Heading> markdown_headings(std::string_view text);

}  // namespace vicinal::read
