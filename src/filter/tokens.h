#pragma once
/// The words, quoted texts and signs of a filter's short form.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "filter/value.h"

namespace vicinal::filter {

struct Token {
  enum class Kind : uint8_t { word, quoted, sign, open_quote, end };
  Kind kind = Kind::end;
  std::string text;              ///< of a quoted one without quotes and escapes
  std::optional<Number> number;  ///< of a word that is one
  size_t at = 0;                 ///< its first byte
};

/// True where the whole text is one word, so that it needs no quotes.
bool is_word(std::string_view text);

/// One token of look-ahead.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) { advance(); }

  const Token& next() const { return next_; }
  void advance();
  /// Goes on when the next token is this word, in any case (and not in quotes), or this sign.
  bool take_word(std::string_view word);
  bool take_sign(std::string_view sign);

 private:
  Token quoted();
  Token word();
  Token sign();

  std::string_view text_;
  size_t at_ = 0;
  Token next_;
};

}  // namespace vicinal::filter
