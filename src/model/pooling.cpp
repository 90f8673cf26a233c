#include "model/pooling.h"

#include <algorithm>
#include <cmath>

namespace vicinal::model {
namespace {

/// A sequence's rows [begin, end).
struct Rows {
  size_t begin, end;
};

void pool_one(const kernels::Table& table, Pooling pooling, base::MatrixView tokens, Rows rows, std::span<float> out) {
  switch (pooling) {
    case Pooling::mean:
      table.mean_rows(tokens.row(rows.begin).data(), tokens.stride, rows.end - rows.begin, out.size(), out.data());
      break;
    case Pooling::cls:
      std::ranges::copy(tokens.row(rows.begin), out.begin());
      break;
    case Pooling::last:
      std::ranges::copy(tokens.row(rows.end - 1), out.begin());
      break;
  }
}

}  // namespace

void normalise(const kernels::Table& table, std::span<float> vector) {
  const float length = std::sqrt(table.dot_f32(vector.data(), vector.data(), vector.size()));
  if (!(length > 0.0F)) return;
  for (float& value : vector) value /= length;
}

void pool(const kernels::Table& table, const PoolingSpec& spec, base::MatrixView tokens,
          std::span<const uint32_t> offsets, base::MutableMatrixView out) {
  VICINAL_CHECK_EQ(out.rows + 1, offsets.size());
  VICINAL_CHECK_EQ(out.cols, tokens.cols);
  for (size_t i = 0; i < out.rows; ++i) {
    pool_one(table, spec.pooling, tokens, {offsets[i], offsets[i + 1]}, out.row(i));
    if (spec.normalise) normalise(table, out.row(i));
  }
}

}  // namespace vicinal::model
