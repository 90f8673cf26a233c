#pragma once
/// One query, answered as a plan says: the arms' candidates are fused, folded, spread, grouped and cut.

#include <string>
#include <vector>

#include "engine/arms.h"
#include "engine/document_cache.h"

namespace vicinal::engine {

struct RankedPassage {
  std::string document;
  size_t ordinal = 0;
  float score = 0;
  std::vector<HitArm> arms;
  std::vector<std::string> folded;  ///< near-duplicates that it stands for, as "<document>#<ordinal>"
};

struct Ranking {
  std::vector<RankedPassage> passages;  ///< best first; ties by document id, then ordinal
  lexical::Query query;                 ///< without a lexical arm: no clauses
  std::vector<float> weights;           ///< of its clauses
  std::string suggestion;               ///< the query corrected, or empty
  bool above_noise = true;
};

/// Each arm brings its best (at least 100, twice the limit, and as many as diversity chooses from) and is asked for
/// more where folding or grouping leave fewer than the limit, unless the plan names a number.
Result<Ranking> rank(index::Store& store, const ArmsRequest& request, DocumentCache& documents);

}  // namespace vicinal::engine
