#pragma once
/// Dots that do not end a sentence.

#include <string_view>

namespace vicinal::text {

/// True if a dot after `text` belongs to its last word: a known abbreviation of English, German, French, Spanish,
/// Italian or Portuguese, an initial, letters with dots between ("e.g"), or a number of one or two digits.
bool ends_in_abbreviation(std::string_view text);

}  // namespace vicinal::text
