#pragma once
/// Which bytes of a text a query matched, and the sentence that says most of it.

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "lexical/query.h"
#include "vicinal/tokenizer.h"

namespace vicinal::lexical {

struct Highlights {
  std::vector<ByteSpan> spans;       ///< ascending; those that touch or overlap are one
  std::optional<ByteSpan> sentence;  ///< the best one, without white space around it; none where nothing matched
  std::vector<bool> matched;         ///< for each clause of the query
};

struct HighlightOptions {
  Field field = Field::any;        ///< what `text` is of its document: clauses for the other field match nothing
  std::span<const float> weights;  ///< for each clause, its idf, say; empty: the weights in the query
};

/// The text is analysed as it was for the index, so that what is marked is what was found: of a phrase only where it
/// stands whole, of an excluded clause nothing. The best sentence has the largest sum of weights of different clauses,
/// the earliest of equals. Time is linear in the text times the number of prefix and fuzzy clauses
/// (kMaxExpandingClauses); `scratch` is cleared and left with the text's tokens. REQUIRES: what Analyzer::analyze does;
/// as many weights as clauses or none.
Highlights find_highlights(std::string_view text, std::string_view language, const Analyzer& analyzer,
                           const Query& query, TokenStream& scratch, const HighlightOptions& options = {});

/// The first word of `text` with this key, as it is written there; "" if there is none. For showing what a stem stands
/// for.
std::string_view find_surface(std::string_view text, std::string_view language, const Analyzer& analyzer,
                              std::string_view key, TokenStream& scratch);

}  // namespace vicinal::lexical
