#pragma once
/// The functions of level `scalar`.

#include <cstddef>
#include <cstdint>

#include "kernels/types.h"

namespace vicinal::kernels::scalar {
#include "kernels/level_functions.inl"

extern const Table table;
}  // namespace vicinal::kernels::scalar
