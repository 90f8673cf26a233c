#pragma once
/// What an apostrophe sets apart from a word: the article of "l'homme", the ending of "John's".

#include <cstdint>
#include <string_view>

namespace vicinal::lexical {

enum class Apostrophes : uint8_t { kept, english, french, italian, catalan };

Apostrophes apostrophes_of(std::string_view language);

/// The word without elided article or possessive ending; never empty. `word`: lower case, apostrophes as "'".
std::string_view without_apostrophe(std::string_view word, Apostrophes rules);

}  // namespace vicinal::lexical
