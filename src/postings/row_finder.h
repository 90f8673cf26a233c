#pragma once
/// Rows of an image that a clause matches, where that is more than one term's list: any of several terms, terms at
/// consecutive places, terms in one field only.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lexical/query.h"
#include "postings/image.h"
#include "postings/scored_list.h"

namespace vicinal::postings {

/// Keys beyond those of the most rows are left out of a prefix or a fuzzy word.
inline constexpr size_t kMaxExpansions = 256;

/// A key of the dictionary and in how many rows it is.
struct Expansion {
  std::string key;
  uint64_t rows = 0;
};

/// Adds the keys of one image that a prefix or a fuzzy clause matches; `found` stays sorted by key.
Result<> expand(Image& image, const lexical::Clause& clause, std::vector<Expansion>& found);
/// Keeps those of the most rows.
void keep_most(std::vector<Expansion>& found);

/// Rows with any of the keys, in `field`; frequencies add up.
Result<MemoryList> rows_with_any(Image& image, std::span<const std::string> keys, lexical::Field field);

/// Rows that hold the phrase, and how often: a start p such that for each term one of its keys is at p + offset. An
/// image without positions: rows that hold all terms.
Result<MemoryList> rows_with_phrase(Image& image, std::span<const lexical::ClauseTerm> terms, lexical::Field field);

}  // namespace vicinal::postings
