#pragma once
/// Fusion fitted on the user's own judged queries.
///
/// The mean nDCG@10 is computed on a grid of alpha (0, 0.05 … 1) for every kind of fusion; the best, refined by golden
/// section between its neighbours, is `best`. What it would be worth on other queries of the kind is estimated by
/// k-fold cross-validation: each fold is scored with what the others chose. The estimated gain over the default comes
/// with a bootstrap interval; where that reaches 0, `recommended` is the default: the gain is within noise.
///
/// Pure function; thread-safe.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "retrieve/bootstrap.h"
#include "retrieve/fusion.h"
#include "retrieve/judged_query.h"

namespace vicinal::retrieve {

struct FitOptions {
  FusionOptions usual;               ///< what the fitted one must beat
  std::optional<Baseline> baseline;  ///< of the collection's dense arm, as a search would use it
  size_t folds = 5;                  ///< 2 to the number of queries; query i is in fold i mod folds
  BootstrapOptions bootstrap;        ///< to_string speaks of its 95 %
};

/// Mean nDCG@10 over the queries.
struct FittedFusion {
  FusionOptions best;
  FusionOptions recommended;  ///< `best`, or the usual where `gain_interval` reaches 0
  double best_score = 0;      ///< on the queries that it was fitted on: flattered
  double usual_score = 0;
  double dense_score = 0;  ///< of the dense arm alone
  double lexical_score = 0;
  double held_out_score = 0;  ///< estimate for queries that were not seen
  Interval gain_interval;     ///< of held_out_score − usual_score
  size_t queries = 0;         ///< with something relevant
  size_t unjudged = 0;        ///< left out: nothing relevant

  bool distinguishable() const { return gain_interval.low > 0; }
};

/// invalid_argument: fewer than 5 queries with something relevant, folds outside 2 to their number, a score or gain
/// that is not finite, a passage twice in a query, options that fuse() refuses.
Result<FittedFusion> fit_fusion(std::span<const JudgedQuery> queries, const FitOptions& options);

/// One or two sentences for people, the honest one where the gain is within noise.
std::string to_string(const FittedFusion& fitted);

}  // namespace vicinal::retrieve
