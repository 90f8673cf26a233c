#pragma once
/// Words of letters and digits by the rules of Unicode Annex 29 (WB4 to WB13b), without its table of breaks between
/// everything else, which no index needs.
///
/// Where it differs from ICU's word iterator: Han, kana, Hangul and the scripts of Southeast Asia are never part of
/// these words (ICU joins Hangul, katakana and, since CLDR 42, "@" with letters); an emoji after a zero-width joiner
/// ends the word.

#include <cstddef>
#include <string_view>

namespace vicinal::lexical {

/// The end of the word that starts at `at`. REQUIRES: valid UTF-8; character(…).starts_word() of what starts at `at`.
/// Linear: no byte after the returned end is looked at more than once.
size_t word_end(std::string_view text, size_t at);

/// The end of the marks and format characters that follow the code point which ends at `at`.
size_t skip_extends(std::string_view text, size_t at);

/// True if a code point starts at `at` that a word can begin with.
bool starts_word_at(std::string_view text, size_t at);

}  // namespace vicinal::lexical
