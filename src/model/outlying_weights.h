#pragma once
/// The few weights that would spoil an int8 matrix: kept as floats beside it.
///
/// int8 has one scale a row of weights, its largest weight / 127. In the matrices that write to the residual stream
/// from the feed-forward layer, single weights are up to 500 times the mean of their row, which leaves a handful of
/// steps for all others. docs/models.md has what taking them out brings in the models measured.

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/table.h"
#include "model/workspace.h"

namespace vicinal::model {

struct OutlyingWeight {
  uint32_t row = 0;     ///< output feature
  uint32_t column = 0;  ///< input feature
  float value = 0.0F;   ///< 0: none; adds nothing
};

/// How many are taken of a matrix with n output features: 64 of 384, 128 of 768.
inline constexpr size_t outlying_weights(size_t n) { return n / 6; }

/// Finds the weights of w [n, k] whose removal lowers the sum of the rows' squared maxima most, moves them to `out`
/// and leaves zeros in their places. Which ones depends on the weights alone. Fewer than out.size() where w has fewer.
void take_outlying_weights(float* w, size_t n, size_t k, std::span<OutlyingWeight> out);

/// y[m, row] += value · x[m, column] for every outlying weight, in their order. x: bf16.
void add_outlying(std::span<const OutlyingWeight> weights, const Rows<kernels::bf16>& x, size_t rows,
                  const Rows<float>& y);

}  // namespace vicinal::model
