#include "read/character_reference.h"

#include <libxml/HTMLparser.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "read/decode.h"

namespace vicinal::read {
namespace {

constexpr size_t kMaxEntityName = 32;
constexpr uint32_t kLargest = 0x10FFFF;

bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

int digit_value(char c, int radix) {
  const int value = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : radix;
  return value < radix ? value : -1;
}

uint32_t repaired(uint32_t code_point) {
  if (code_point >= 0x80 && code_point < 0xA0) {
    if (const uint32_t meant = windows_1252(static_cast<uint8_t>(code_point)); meant != 0) return meant;
  }
  const bool surrogate = code_point >= 0xD800 && code_point < 0xE000;
  return code_point == 0 || code_point > kLargest || surrogate ? 0xFFFD : code_point;
}

CharacterReference read_number(std::string_view text) {
  const bool hex = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  const int radix = hex ? 16 : 10;
  const size_t begin = hex ? 3 : 2;
  size_t at = begin;
  uint32_t value = 0;
  for (; at < text.size() && digit_value(text[at], radix) >= 0; ++at) {
    value = std::min(value * static_cast<uint32_t>(radix) + static_cast<uint32_t>(digit_value(text[at], radix)),
                     kLargest + 1);
  }
  if (at == begin) return {};
  if (at < text.size() && text[at] == ';') ++at;
  return {repaired(value), at};
}

/// 0: no such name.
uint32_t named(const std::string& name) {
  if (name == "apos") return '\'';  // XHTML's and HTML 5's, not HTML 4's
  const htmlEntityDesc* entity = htmlEntityLookup(reinterpret_cast<const xmlChar*>(name.c_str()));
  return entity == nullptr ? 0 : entity->value;
}

}  // namespace

CharacterReference read_reference(std::string_view text) {
  if (text.size() > 1 && text[1] == '#') return read_number(text);
  size_t at = 1;
  while (at < text.size() && at <= kMaxEntityName && is_alnum(text[at])) ++at;
  if (at == 1) return {};
  const uint32_t code_point = named(std::string(text.substr(1, at - 1)));
  if (code_point == 0) return {};
  if (at < text.size() && text[at] == ';') return {code_point, at + 1};
  if (code_point >= 0x100 || code_point == '\'') return {};
  return {code_point, at};
}

}  // namespace vicinal::read
