#pragma once
/// A scoring as people write it and collections keep it: `lucene,k1=1.2,b=0.75`.
///
///     text   := formula part*                     separated by commas or spaces; in any order behind the formula
///     formula:= "lucene" | "bm25plus" ("plus") | "atire" | "okapi"
///     part   := "k1=" NUMBER | "b=" NUMBER | "delta=" NUMBER (of bm25plus)

#include <string>
#include <string_view>

#include "postings/bm25.h"

namespace vicinal::postings {

/// "" is Lucene's, k1 1.2, b 0.75. invalid_argument: a name that is none, with the nearest one; a number out of range.
Result<Scoring> parse_scoring(std::string_view text);
/// All parts written out: equal scorings have equal texts, and parse_scoring gives this one again.
std::string scoring_text(const Scoring& scoring);

}  // namespace vicinal::postings
