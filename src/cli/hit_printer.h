#pragma once
/// Hits as a person reads them: where, how near, and the beginning of the passage.

#include <string>
#include <string_view>

#include "cli/session.h"
#include "vicinal/collection.h"

namespace vicinal::cli {

/// "path:42-57  0.713", with "[code]" behind it where that is its field and not the body (the path bold and relative
/// where the style says so), then the indented passage, from the sentence with the query's words on, these words marked
/// where the style is bold. No line end after it.
std::string hit_text(const Hit& hit, const Style& style);

/// "path:42-57  0.713", and the title of what is no file; without colours.
std::string hit_place(const Hit& hit, const Style& style);

/// At most three lines and 240 characters, blank lines and runs of spaces closed up, each line indented by four
/// spaces; " …" where something was left out.
std::string passage_excerpt(std::string_view text);

}  // namespace vicinal::cli
