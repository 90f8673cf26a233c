#pragma once
/// The functions of level `avx2`.

#include <cstddef>
#include <cstdint>

#include "kernels/table.h"

namespace vicinal::kernels::avx2 {
#include "kernels/level_functions.inl"
}  // namespace vicinal::kernels::avx2
