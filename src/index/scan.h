#pragma once
/// Exact search: every live row is scored. One pass over the mapped blocks, nothing copied.

#include <cstddef>
#include <span>
#include <vector>

#include "base/check.h"
#include "index/allowed_rows.h"
#include "index/top_k.h"
#include "index/vector_set.h"
#include "vicinal/embedding.h"

namespace vicinal::index {

struct ScanQuery {
  std::span<const float> query;  ///< finite, as long as the vectors
  size_t limit = 0;              ///< > 0
  Metric metric = Metric::cosine;
  bool best_per_document = false;        ///< one candidate a document: its best chunk, of equals the first
  const AllowedRows* allowed = nullptr;  ///< null: all rows; else blocks without such a row are not touched
};

/// All rows whose score is at least the limit-th best (see TopCandidates). corrupt: a block fails its checksum.
Result<std::vector<Candidate>> scan(VectorSet& vectors, const ScanQuery& query);

}  // namespace vicinal::index
