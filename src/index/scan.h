#pragma once
/// Exact search: the best of all live rows, bit for bit as if each had been scored from its floats.
///
/// Segments with codes (code_file.h) are read in a quarter of the bytes: codes say between which bounds a row's score
/// lies, and only rows that may be among the best are scored from their floats. Everything else, and metric l1, is
/// scored whole. Nothing is copied.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/check.h"
#include "index/bitmap.h"
#include "index/top_k.h"
#include "index/vector_set.h"
#include "vicinal/embedding.h"

namespace vicinal::index {

struct ScanQuery {
  std::span<const float> query;  ///< finite, as long as the vectors
  size_t limit = 0;              ///< > 0
  Metric metric = Metric::cosine;
  bool best_per_document = false;  ///< one candidate a document: its best chunk, of equals the first
  /// Empty: all rows. Else one bit a row for each of VectorSet::files(), in their order. Blocks without an admitted row
  /// are not read, and where few rows are admitted only these are.
  std::span<const Bitmap> allowed = {};
};

/// What a scan had to do, for benchmarks and tests.
struct ScanWork {
  uint64_t coded_rows = 0;     ///< rows of code blocks, times queries
  uint64_t rescored_rows = 0;  ///< of these, looked up in the floats
};

/// All rows whose score is at least the limit-th best (see TopCandidates). corrupt: floats fail their checksum.
Result<std::vector<Candidate>> scan(VectorSet& vectors, const ScanQuery& query, ScanWork* work = nullptr);

/// The same for several queries in one pass over memory, a list for each.
Result<std::vector<std::vector<Candidate>>> scan(VectorSet& vectors, std::span<const ScanQuery> queries,
                                                 ScanWork* work = nullptr);

}  // namespace vicinal::index
