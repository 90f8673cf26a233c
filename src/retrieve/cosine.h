#pragma once
/// Cosine of two vectors, with the sums of the active kernels.

#include <span>

namespace vicinal::retrieve {

/// −1 to 1; 0 when either is the zero vector. REQUIRES: equal lengths, finite components.
float cosine(std::span<const float> a, std::span<const float> b);

}  // namespace vicinal::retrieve
