#include "text/scripts.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <iterator>

namespace vicinal::text {
namespace {

struct ScriptRow {
  Script script;
  UScriptCode code;
  std::string_view language;
};
constexpr ScriptRow kRows[] = {{Script::latin, USCRIPT_LATIN, ""},
                               {Script::cyrillic, USCRIPT_CYRILLIC, ""},
                               {Script::greek, USCRIPT_GREEK, "el"},
                               {Script::arabic, USCRIPT_ARABIC, ""},
                               {Script::hebrew, USCRIPT_HEBREW, "he"},
                               {Script::devanagari, USCRIPT_DEVANAGARI, "hi"},
                               {Script::bengali, USCRIPT_BENGALI, "bn"},
                               {Script::gurmukhi, USCRIPT_GURMUKHI, "pa"},
                               {Script::gujarati, USCRIPT_GUJARATI, "gu"},
                               {Script::tamil, USCRIPT_TAMIL, "ta"},
                               {Script::telugu, USCRIPT_TELUGU, "te"},
                               {Script::kannada, USCRIPT_KANNADA, "kn"},
                               {Script::malayalam, USCRIPT_MALAYALAM, "ml"},
                               {Script::sinhala, USCRIPT_SINHALA, "si"},
                               {Script::thai, USCRIPT_THAI, "th"},
                               {Script::lao, USCRIPT_LAO, "lo"},
                               {Script::burmese, USCRIPT_MYANMAR, "my"},
                               {Script::georgian, USCRIPT_GEORGIAN, "ka"},
                               {Script::armenian, USCRIPT_ARMENIAN, "hy"},
                               {Script::khmer, USCRIPT_KHMER, "km"},
                               {Script::han, USCRIPT_HAN, "zh"},
                               {Script::kana, USCRIPT_HIRAGANA, "ja"},
                               {Script::kana, USCRIPT_KATAKANA, "ja"},
                               {Script::hangul, USCRIPT_HANGUL, "ko"}};

}  // namespace

Script script_of(char32_t c) {
  if (c < 0x80) return (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? Script::latin : Script::none;
  if (u_isalpha(static_cast<UChar32>(c)) == 0) return Script::none;
  UErrorCode status = U_ZERO_ERROR;
  const UScriptCode code = uscript_getScript(static_cast<UChar32>(c), &status);
  const auto* found = std::ranges::find(kRows, code, &ScriptRow::code);
  return found == std::end(kRows) ? Script::other : found->script;
}

std::string_view language_of_script(Script script) {
  const auto* found = std::ranges::find(kRows, script, &ScriptRow::script);
  return found == std::end(kRows) ? "" : found->language;
}

}  // namespace vicinal::text
