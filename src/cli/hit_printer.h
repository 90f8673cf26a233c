#pragma once
/// Hits as a person reads them: where, how near, and the beginning of the passage.

#include <string>
#include <string_view>

#include "cli/session.h"
#include "vicinal/collection.h"

namespace vicinal::cli {

/// "path:42-57  0.713  Refunds › Timelines", with "[code]" where that is its field and not the body (the path bold and
/// relative where the style says so), then the indented passage, from the sentence with the query's words on, these
/// words marked where the style is bold; or, where the hit brings lines around it, all of these with their numbers,
/// "42:" in the passage and "41-" around it. Last, how many passages say the same. Lines are broken at the style's
/// columns. No line end after it.
std::string hit_text(const Hit& hit, const Style& style);

/// "path:42-57  0.713", and the title of what is no file; without colours.
std::string hit_place(const Hit& hit, const Style& style);

/// What each arm said of it: "    words: rank 2, 11.204 · meaning: rank 1, 0.713, above 98.2 % of random pairs".
std::string arms_text(const Hit& hit);

/// The file's line where the best sentence begins; the passage's first where there is none, or where lines of the text
/// are not lines of the file.
size_t line_of_sentence(const Hit& hit);

/// At most three lines and 240 characters, blank lines and runs of spaces closed up, each line indented by four
/// spaces; " …" where something was left out.
std::string passage_excerpt(std::string_view text);

}  // namespace vicinal::cli
