#pragma once
/// The functions of level `avx2`.

#include <cstddef>
#include <cstdint>

#include "kernels/types.h"

namespace vicinal::kernels::avx2 {
#include "kernels/level_functions.inl"

extern const Table table;
}  // namespace vicinal::kernels::avx2
