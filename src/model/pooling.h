#pragma once
/// One vector of a sequence's token vectors: their mean, the first, or the last; then unit length where asked.
/// Each sequence is pooled on its own, in row order: bitwise the same whatever else is in the batch.

#include <cstdint>
#include <span>

#include "base/matrix_view.h"
#include "kernels/table.h"
#include "model/encoder.h"

namespace vicinal::model {

/// tokens: [T, H]; offsets: [S+1]; out: [S, H].
void pool(const kernels::Table& table, const PoolingSpec& spec, base::MatrixView tokens,
          std::span<const uint32_t> offsets, base::MutableMatrixView out);

/// Divides by the Euclidean length; a zero vector stays zero.
void normalise(const kernels::Table& table, std::span<float> vector);

}  // namespace vicinal::model
