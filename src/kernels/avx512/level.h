#pragma once
/// The functions of level `avx512`.

#include <cstddef>
#include <cstdint>

#include "kernels/table.h"

namespace vicinal::kernels::avx512 {
#include "kernels/level_functions.inl"
}  // namespace vicinal::kernels::avx512
