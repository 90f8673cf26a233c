#pragma once
/// Words as the rules of a glossary compare them: folded, unstemmed, an identifier as a whole.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lexical/analyzer.h"

namespace vicinal::lexical {

struct PlacedWord {
  std::string word;
  uint32_t begin = 0, end = 0;  ///< bytes of the text
};

/// Not thread-safe.
class LiteralWords {
 public:
  /// Valid until the next call. REQUIRES: what Analyzer::analyze does.
  const std::vector<PlacedWord>& of(std::string_view text) {
    tokens_.clear();
    words_.clear();
    analyzer_.analyze(text, "", tokens_);
    uint32_t covered = 0;
    for (const Token& token : tokens_.tokens()) {
      if (token.byte_end <= covered) continue;  // parts of a whole, last characters
      covered = token.byte_end;
      words_.push_back({std::string(tokens_.key(token)), token.byte_start, token.byte_end});
    }
    return words_;
  }

 private:
  Analyzer analyzer_{AnalyzerSpec{.stem = "none"}};
  TokenStream tokens_;
  std::vector<PlacedWord> words_;
};

}  // namespace vicinal::lexical
