#pragma once
/// Where the tokens of a long text begin, found window by window, so that memory does not grow with the text.

#include <cstddef>
#include <string_view>
#include <vector>

#include "text/tokenizer.h"

namespace vicinal::text {

/// Windows are cut at white space where there is some, so positions differ from those of the whole text at most
/// around a cut: good for planning; what must hold exactly is counted again. Keeps views. Not thread-safe.
class TokenPositions {
 public:
  TokenPositions(std::string_view text, const Tokenizer& tokenizer) : text_(text), tokenizer_(tokenizer) {}

  /// Where token number `tokens` (from 0) of those that begin at `from` or later begins; `farthest` if that is
  /// nearer.
  size_t after(size_t from, size_t tokens, size_t farthest);
  /// Where the last `tokens` tokens that begin before `end` begin, but not before `lowest`.
  size_t before(size_t end, size_t tokens, size_t lowest);

  /// Positions below are not asked for again.
  void forget_before(size_t position);

 private:
  void read_window();

  std::string_view text_;
  const Tokenizer& tokenizer_;
  size_t read_to_ = 0;
  std::vector<size_t> begins_;
  size_t dead_ = 0;
};

}  // namespace vicinal::text
