#pragma once
/// The tokens of a piece of a query in all languages at once.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lexical/analyzer.h"
#include "lexical/query.h"

namespace vicinal::lexical {

/// Tokens of the same bytes at the same position: their keys in the languages asked for.
struct QueryUnit {
  uint32_t position = 0;
  uint32_t begin = 0, end = 0;  ///< bytes of the analysed text
  TokenKind kind = TokenKind::word;
  std::vector<std::string> keys;  ///< sorted, each once
  bool single_character = false;  ///< a run of one: documents may have it as the first of a pair
  bool spans_one = false;         ///< a whole with only one part
};

/// Analyses pieces in each language that bears on keys. Not thread-safe.
class QueryUnits {
 public:
  QueryUnits(const Analyzer& analyzer, std::span<const std::string> languages);

  /// In the order of positions, a whole before its parts; without `last_character` tokens.
  std::vector<QueryUnit> units(std::string_view text, const AnalysisOptions& options);

  bool languages_left_out() const { return left_out_; }  ///< there were more than kMaxQueryLanguages

 private:
  const Analyzer& analyzer_;
  std::vector<std::string> languages_;  // as key_language() says; never empty
  bool left_out_ = false;
  TokenStream tokens_;
};

/// One unit a position, as a phrase wants it: a word rather than its parts, parts rather than the whole they make up.
std::vector<QueryUnit> phrase_units(std::vector<QueryUnit> units);

}  // namespace vicinal::lexical
