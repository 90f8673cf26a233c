#pragma once
/// What lexical analysis knows of a code point, from tables of Unicode 15.0 (tools/make_lexical_tables.py), so that
/// keys do not change with the system's libraries. Thread-safe.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace vicinal::lexical {

/// Word_Break of Unicode Annex 29 where it bears on words; the last four are scripts that are cut into characters.
enum class CharClass : uint8_t {
  other,
  letter,
  hebrew_letter,
  numeric,
  extend_num_let,
  mid_letter,
  mid_num,
  mid_num_let,
  single_quote,
  double_quote,
  extend,  ///< Extend, Format, ZWJ: belongs to what stands before it
  han,
  kana,
  hangul,
  southeast,  ///< Thai, Lao, Khmer, Burmese and their neighbours
};

enum class LetterScript : uint8_t {
  common,
  latin,
  cyrillic,
  greek,
  arabic,
  hebrew,
  armenian,
  devanagari,
  tamil,
  other
};

/// Four fields in one table entry.
class Character {
 public:
  explicit constexpr Character(uint16_t bits) : bits_(bits) {}
  CharClass kind() const { return static_cast<CharClass>(bits_ & 0xF); }
  LetterScript script() const { return static_cast<LetterScript>(bits_ >> 4 & 0xF); }
  bool is_upper() const { return (bits_ & 0x100) != 0; }
  bool is_lower() const { return (bits_ & 0x200) != 0; }
  bool folds() const { return (bits_ & 0x400) != 0; }  ///< into something else

  bool is_letter() const { return kind() == CharClass::letter || kind() == CharClass::hebrew_letter; }
  bool is_digit() const { return kind() == CharClass::numeric; }
  /// A word of letters and digits can begin here.
  bool starts_word() const { return is_letter() || is_digit() || kind() == CharClass::extend_num_let; }
  /// Of a script that is cut into characters.
  bool is_dense() const { return kind() >= CharClass::han; }

 private:
  uint16_t bits_;
};

extern const std::array<uint16_t, 0x80> kAsciiCharacters;
Character character_beyond_ascii(char32_t c);
inline Character character(char32_t c) { return c < 0x80 ? Character(kAsciiCharacters[c]) : character_beyond_ascii(c); }

/// True if every byte is ASCII.
bool is_ascii(std::string_view text);

/// Appends the folding of a text. False: stopped before `out` would be longer than `max_bytes`.
bool append_folded(std::string_view text, size_t max_bytes, std::string& out);

}  // namespace vicinal::lexical
