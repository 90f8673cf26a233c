#pragma once
/// A query with judgements: what both arms said of its candidates, and what a ranking of them is worth.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "retrieve/fusion.h"

namespace vicinal::retrieve {

struct JudgedPassage {
  uint64_t document = 0;
  uint32_t ordinal = 0;
  float dense = 0;
  float lexical = 0;
  double gain = 0;  ///< of the passage's document; 0: not relevant, or not judged
};

struct JudgedQuery {
  std::vector<JudgedPassage> candidates;  ///< each once; every score exact
  std::vector<double> gains;              ///< of all relevant documents of the query, candidates or not; above 0
};

/// How a ranking is judged: nDCG of documents, each where its best passage stands. Σ gain / log2(rank + 1) over the
/// first `depth`, divided by the same of the best ranking that is possible (Järvelin and Kekäläinen 2002; trec_eval's
/// form).
inline constexpr size_t kJudgedDepth = 10;

/// The arms of a query laid out once for many values of alpha. Thread-safe after construction.
class JudgedRanking {
 public:
  /// The query must outlive this. REQUIRES: what fuse() requires of arms.
  JudgedRanking(const JudgedQuery& query, Fusion kind, double rrf_k, const std::optional<Baseline>& baseline);

  /// nDCG of the ranking that fuse() gives. 0 where no gain is above 0.
  double ndcg(double alpha) const;

 private:
  const JudgedQuery* query_;
  std::vector<double> dense_;  ///< scaled, along the candidates
  std::vector<double> lexical_;
  double ideal_ = 0;
};

}  // namespace vicinal::retrieve
