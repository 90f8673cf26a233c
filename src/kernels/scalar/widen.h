#pragma once
/// The two element types of the products, read as float.

#include <bit>
#include <cstdint>

#include "kernels/types.h"

namespace vicinal::kernels::scalar {

static inline float widen(float x) { return x; }
static inline float widen(bf16 x) { return std::bit_cast<float>(uint32_t{x} << 16); }

}  // namespace vicinal::kernels::scalar
