#include "lexical/word_breaks.h"

#include "lexical/characters.h"
#include "text/utf8.h"

namespace vicinal::lexical {
namespace {

bool is_letter_kind(CharClass kind) { return kind == CharClass::letter || kind == CharClass::hebrew_letter; }

/// WB5, WB8 to WB10, WB13a, WB13b: what stands directly beside each other.
bool joins(CharClass before, CharClass after) {
  const auto joinable = [](CharClass kind) {
    return is_letter_kind(kind) || kind == CharClass::numeric || kind == CharClass::extend_num_let;
  };
  return joinable(before) && joinable(after);
}

/// WB6, WB7, WB7b, WB7c, WB11, WB12: `mid` between two of a kind.
bool joins_over(CharClass before, CharClass mid, CharClass after) {
  const bool anywhere = mid == CharClass::mid_num_let || mid == CharClass::single_quote;
  if (is_letter_kind(before) && is_letter_kind(after) && (anywhere || mid == CharClass::mid_letter)) return true;
  if (before == CharClass::numeric && after == before && (anywhere || mid == CharClass::mid_num)) return true;
  return before == CharClass::hebrew_letter && after == before && mid == CharClass::double_quote;
}

bool is_mid(CharClass kind) { return kind >= CharClass::mid_letter && kind <= CharClass::double_quote; }

}  // namespace

size_t skip_extends(std::string_view text, size_t at) {
  while (at < text.size() && static_cast<unsigned char>(text[at]) >= 0x80) {
    const text::CodePoint c = text::decode_at(text, at);
    if (character(c.value).kind() != CharClass::extend) break;
    at += c.bytes;
  }
  return at;
}

bool starts_word_at(std::string_view text, size_t at) {
  return at < text.size() && character(text::decode_at(text, at).value).starts_word();
}

size_t word_end(std::string_view text, size_t at) {
  const text::CodePoint first = text::decode_at(text, at);
  CharClass before = character(first.value).kind();
  size_t end = skip_extends(text, at + first.bytes);
  while (end < text.size()) {
    const text::CodePoint c = text::decode_at(text, end);
    const CharClass kind = character(c.value).kind();
    const size_t next = skip_extends(text, end + c.bytes);
    if (joins(before, kind)) {
      before = kind;
      end = next;
    } else if (is_mid(kind)) {
      const text::CodePoint after = next < text.size() ? text::decode_at(text, next) : text::CodePoint{0, 0};
      const CharClass after_kind = next < text.size() ? character(after.value).kind() : CharClass::other;
      if (joins_over(before, kind, after_kind)) {
        before = after_kind;
        end = skip_extends(text, next + after.bytes);
      } else {  // WB7a
        return before == CharClass::hebrew_letter && kind == CharClass::single_quote ? next : end;
      }
    } else {
      break;
    }
  }
  return end;
}

}  // namespace vicinal::lexical
