#pragma once
/// The functions of level `avx512`.

#include <cstddef>
#include <cstdint>

#include "kernels/types.h"

namespace vicinal::kernels::avx512 {
#include "kernels/level_functions.inl"

/// What attention_int8 needs of scratch.
size_t attention_int8_scratch_bytes(size_t n, size_t head_dim);

extern const Table table;
}  // namespace vicinal::kernels::avx512
