#pragma once
/// The functions of level `scalar`.

#include <cstddef>
#include <cstdint>

#include "kernels/table.h"

namespace vicinal::kernels::scalar {
#include "kernels/level_functions.inl"
}  // namespace vicinal::kernels::scalar
