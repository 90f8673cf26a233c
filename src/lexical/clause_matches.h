#pragma once
/// Where the clauses of a query match in an analysed text.

#include <string_view>
#include <vector>

#include "lexical/query.h"

namespace vicinal::lexical {

struct ClauseMatch {
  uint32_t clause = 0;
  uint32_t begin = 0, end = 0;  ///< bytes of the text
  bool operator==(const ClauseMatch&) const = default;
};

/// In the order of the text, but that parts of one phrase stand together. Excluded clauses and those of another field
/// than `field` match nothing.
std::vector<ClauseMatch> find_matches(std::string_view text, const TokenStream& tokens, const Query& query,
                                      Field field);

}  // namespace vicinal::lexical
