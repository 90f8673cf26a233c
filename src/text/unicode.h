#pragma once
/// Properties of code points as the tokenizers library sees them (tools/make_unicode_tables.py says why its view
/// is taken). Look-ups are a table read or a binary search; thread-safe.

#include <span>

namespace vicinal::text {

bool is_removed_by_cleaning(char32_t c);  ///< controls, format and private use characters; not tab, LF, CR
bool is_white_space(char32_t c);          ///< White_Space of the Unicode character database
bool is_nonspacing_mark(char32_t c);      ///< Mn
bool is_combining_mark(char32_t c);       ///< Mn, Mc, Me
bool is_punctuation(char32_t c);          ///< P*, and the ASCII symbols
bool is_word_character(char32_t c);       ///< \w of regular expressions
/// The ranges that BERT's normalizer sets apart as words of one character: ideographs, without kana and Hangul.
bool is_cjk_ideograph(char32_t c);

/// The one code point that `c` becomes in lower case. U+0130 (i and U+0307 there) is the caller's to treat.
char32_t lower_case(char32_t c);

inline constexpr char32_t kCapitalIWithDot = 0x130;
inline constexpr char32_t kDotAbove = 0x307;

/// Full canonical decomposition (NFD), in `storage` or static memory; empty if `c` decomposes to itself.
std::span<const char32_t> canonical_decomposition(char32_t c, std::span<char32_t, 3> storage);

}  // namespace vicinal::text
