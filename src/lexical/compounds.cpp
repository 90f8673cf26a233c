#include "lexical/compounds.h"

#include "lexical/characters.h"
#include "lexical/word_breaks.h"
#include "text/utf8.h"

namespace vicinal::lexical {
namespace {

constexpr size_t kMaxCompoundBytes = 255, kMaxCompoundWords = 32;
constexpr size_t kMaxSuffixedBytes = 12;  // of a name before "++" or "#"

/// Bytes of the sign at `at` if it is one that joins words; 0 else.
size_t joining_sign(std::string_view text, size_t at) {
  if (at >= text.size()) return 0;
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("::") || rest.starts_with("++")) return 2;
  if (rest.starts_with("\u2010") || rest.starts_with("\u2011")) return 3;
  return std::string_view("-./\\:@#+&").find(rest[0]) != std::string_view::npos ? 1 : 0;
}

/// Bytes of "++" or "#" after a short name.
size_t suffix(std::string_view text, TextRange word) {
  if (word.size() > kMaxSuffixedBytes) return 0;
  const std::string_view rest = text.substr(word.end);
  const size_t bytes = rest.starts_with("++") ? 2 : rest.starts_with("#") ? 1 : 0;
  return bytes > 0 && !starts_word_at(text, word.end + bytes) ? bytes : 0;
}

}  // namespace

bool is_leading_dot(std::string_view text, size_t at) {
  if (at + 1 >= text.size() || !character(text::decode_at(text, at + 1).value).is_letter()) return false;
  if (at == 0) return true;
  const char32_t before = text::decode_at(text, text::previous_boundary(text, at)).value;
  const Character properties = character(before);
  const bool in_word = properties.starts_word() || properties.is_dense() || properties.kind() == CharClass::extend;
  return !in_word && std::u32string_view(U".)]}!?%\u2026").find(before) == std::u32string_view::npos;
}

void read_compound(std::string_view text, size_t at, Compound& out) {
  out.words.clear();
  out.goes_on = false;
  out.suffix = 0;
  out.whole = {at, at};
  size_t begin = text[at] == '.' ? at + 1 : at;
  while (true) {
    out.words.push_back({begin, word_end(text, begin)});
    out.whole.end = out.words.back().end;
    const size_t sign = joining_sign(text, out.whole.end);
    if (sign == 0 || !starts_word_at(text, out.whole.end + sign)) break;
    begin = out.whole.end + sign;
    out.goes_on = out.words.size() == kMaxCompoundWords || out.whole.size() > kMaxCompoundBytes;
    if (out.goes_on) return;
  }
  out.suffix = suffix(text, out.words.back());
  out.whole.end += out.suffix;
}

}  // namespace vicinal::lexical
