#pragma once
/// One query's exact scores, from the float vectors: the same number for a row alone and for a row of a block.

#include <span>
#include <vector>

#include "base/matrix_view.h"
#include "index/vector_file.h"
#include "vicinal/embedding.h"

namespace vicinal::index {

/// Scores are larger for nearer rows, never NaN, never −0. Keeps a view of the query. Not thread-safe.
class ExactScorer {
 public:
  /// REQUIRES: finite, of the length of the rows.
  ExactScorer(std::span<const float> query, Metric metric);

  /// All rows of a block; valid until the next call. corrupt: the block fails its checksum.
  Result<std::span<const float>> block(VectorFile& file, size_t i);
  float row(std::span<const float> row) const;

 private:
  void raw_values(const base::MatrixView& rows);

  std::span<const float> query_;
  Metric metric_;
  float inverse_query_norm_;
  std::vector<float> scores_;
};

}  // namespace vicinal::index
