#include "model/outlying_weights.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <queue>
#include <vector>

namespace vicinal::model {
namespace {

/// The largest weight of a row and what is left when it is taken.
struct RowMaximum {
  float gain;  ///< its square minus that of the next
  uint32_t row;
  uint32_t column;

  bool operator<(const RowMaximum& other) const {
    return gain != other.gain ? gain < other.gain : row > other.row;  // the first of equal ones
  }
};

RowMaximum maximum_of(const float* row, size_t k, uint32_t index) {
  float largest = 0.0F;
  float next = 0.0F;
  uint32_t column = 0;
  for (size_t j = 0; j < k; ++j) {
    const float magnitude = std::fabs(row[j]);
    next = std::max(next, std::min(largest, magnitude));
    if (magnitude > largest) column = static_cast<uint32_t>(j);
    largest = std::max(largest, magnitude);
  }
  return {largest * largest - next * next, index, column};
}

float widen(kernels::bf16 x) { return std::bit_cast<float>(uint32_t{x} << 16); }

}  // namespace

void take_outlying_weights(float* w, size_t n, size_t k, std::span<OutlyingWeight> out) {
  std::ranges::fill(out, OutlyingWeight{});
  std::priority_queue<RowMaximum> rows;
  for (size_t i = 0; i < n; ++i) rows.push(maximum_of(w + i * k, k, static_cast<uint32_t>(i)));
  for (size_t taken = 0; taken < out.size() && !rows.empty(); ++taken) {
    const RowMaximum best = rows.top();
    rows.pop();
    float& weight = w[best.row * k + best.column];
    if (weight == 0.0F) break;  // only rows of zeros are left
    out[taken] = {best.row, best.column, weight};
    weight = 0.0F;
    rows.push(maximum_of(w + best.row * k, k, best.row));
  }
  // By column: neighbours seldom write to the same sum, so that none waits for the one before.
  std::ranges::stable_sort(out, {}, [](const OutlyingWeight& o) { return std::pair(o.column, o.row); });
}

void add_outlying(std::span<const OutlyingWeight> weights, const Rows<kernels::bf16>& x, size_t rows,
                  const Rows<float>& y) {
  for (size_t m = 0; m < rows; ++m) {
    const kernels::bf16* const from = x.row(m);
    float* const to = y.row(m);
    for (const OutlyingWeight& o : weights) to[o.row] += o.value * widen(from[o.column]);
  }
}

}  // namespace vicinal::model
