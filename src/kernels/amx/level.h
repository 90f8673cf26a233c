#pragma once
/// The functions of level `amx`: products of bf16 and int8, attention in bf16; the rest of its table is avx512's.

#include <cstddef>
#include <cstdint>

#include "kernels/types.h"

namespace vicinal::kernels::amx {
#include "kernels/level_functions.inl"

extern const Table table;
}  // namespace vicinal::kernels::amx
