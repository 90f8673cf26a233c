#pragma once
/// Exact search of packed binary vectors: the Hamming distance to every row, in one pass.

#include <cstdint>
#include <span>
#include <vector>

#include "base/check.h"
#include "index/bitmap.h"
#include "index/top_k.h"
#include "index/vector_set.h"

namespace vicinal::index {

/// Rows of the set are bits, eight a byte, laid out as rows of floats: zero behind the last byte.
struct BitQuery {
  std::span<const float> bits;           ///< as long as a row
  size_t limit = 0;                      ///< > 0
  std::span<const Bitmap> allowed = {};  ///< as in ScanQuery
};

/// All rows whose score (the distance, negated) is at least the limit-th best, for each query. corrupt.
Result<std::vector<std::vector<Candidate>>> scan_bits(VectorSet& vectors, std::span<const BitQuery> queries);

}  // namespace vicinal::index
