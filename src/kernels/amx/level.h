#pragma once
/// The functions of level `amx`: the bf16 and int8 products; the rest of its table is avx512's.

#include <cstddef>
#include <cstdint>

#include "kernels/types.h"

namespace vicinal::kernels::amx {
#include "kernels/level_functions.inl"

extern const Table table;
}  // namespace vicinal::kernels::amx
