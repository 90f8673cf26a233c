#pragma once
/// Scripts of letters, as far as the language guess tells them apart.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vicinal::text {

enum class Script : uint8_t {
  none,  ///< no letter
  latin,
  cyrillic,
  greek,
  arabic,
  hebrew,
  devanagari,
  bengali,
  gurmukhi,
  gujarati,
  tamil,
  telugu,
  kannada,
  malayalam,
  sinhala,
  thai,
  lao,
  burmese,
  georgian,
  armenian,
  khmer,
  han,
  kana,
  hangul,
  other
};
inline constexpr size_t kScripts = static_cast<size_t>(Script::other) + 1;

/// `none` for what is no letter.
Script script_of(char32_t c);

/// The language that a script is nearly always used for, as ISO 639-1; "" where there is no such language.
std::string_view language_of_script(Script script);

}  // namespace vicinal::text
