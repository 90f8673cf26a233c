#include "filter/tokens.h"

#include <algorithm>
#include <charconv>

namespace vicinal::filter {
namespace {

bool is_word_byte(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter || static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view("_-.+/:*?[]@#").find(c) != std::string_view::npos;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

/// Integers exactly, else as the nearest double.
std::optional<Number> number_in(std::string_view text) {
  const char* const end = text.data() + text.size();
  int64_t integer = 0;
  if (const auto read = std::from_chars(text.data(), end, integer); read.ec == std::errc() && read.ptr == end)
    return static_cast<Number>(integer);
  uint64_t large = 0;
  if (const auto read = std::from_chars(text.data(), end, large); read.ec == std::errc() && read.ptr == end)
    return static_cast<Number>(large);
  const bool begins = !text.empty() && (text[0] == '-' || text[0] == '.' || (text[0] >= '0' && text[0] <= '9'));
  double value = 0;  // "inf" and "nan" are words
  if (const auto read = std::from_chars(text.data(), end, value); begins && read.ec == std::errc() && read.ptr == end)
    return static_cast<Number>(value);
  return {};
}

}  // namespace

bool is_word(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_word_byte); }

void Tokens::advance() {
  while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  if (at_ == text_.size()) {
    next_ = {.kind = Token::Kind::end, .text = {}, .number = {}, .at = at_};
  } else if (text_[at_] == '"' || text_[at_] == '\'') {
    next_ = quoted();
  } else {
    next_ = is_word_byte(text_[at_]) ? word() : sign();
  }
}

Token Tokens::quoted() {
  Token token{.kind = Token::Kind::quoted, .text = {}, .number = {}, .at = at_};
  const char quote = text_[at_++];
  while (at_ < text_.size() && text_[at_] != quote) {
    if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
    token.text += text_[at_++];
  }
  if (at_ == text_.size()) token.kind = Token::Kind::open_quote;
  at_ = std::min(at_ + 1, text_.size());
  return token;
}

Token Tokens::word() {
  const size_t begin = at_;
  while (at_ < text_.size() && is_word_byte(text_[at_])) ++at_;
  const std::string_view text = text_.substr(begin, at_ - begin);
  return {.kind = Token::Kind::word, .text = std::string(text), .number = number_in(text), .at = begin};
}

Token Tokens::sign() {
  for (const std::string_view sign : {"==", "!=", "<=", ">=", "!~"}) {
    if (!text_.substr(at_).starts_with(sign)) continue;
    at_ += sign.size();
    return {.kind = Token::Kind::sign, .text = std::string(sign), .number = {}, .at = at_ - sign.size()};
  }
  ++at_;
  return {.kind = Token::Kind::sign, .text = std::string(1, text_[at_ - 1]), .number = {}, .at = at_ - 1};
}

bool Tokens::take_word(std::string_view word) {
  if (next_.kind != Token::Kind::word || !same_word(next_.text, word)) return false;
  advance();
  return true;
}

bool Tokens::take_sign(std::string_view sign) {
  if (next_.kind != Token::Kind::sign || next_.text != sign) return false;
  advance();
  return true;
}

}  // namespace vicinal::filter
