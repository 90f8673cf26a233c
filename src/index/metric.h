#pragma once
/// Scores of float vectors, the same number from the pair functions and from a scan.
///
/// cosine(a, b) = a·b · (1/|a| · 1/|b|), clamped to [-1, 1]; 0 when either is the zero vector. The products come
/// from the active kernels; where float arithmetic leaves its range (components near 1e±19 and beyond) the sums are
/// made anew in double, so a finite input never gives NaN or an infinity.

#include <span>

#include "vicinal/embedding.h"

namespace vicinal::index {

/// 1/|v|. 0 for the zero vector; NaN where |v|² leaves the safe range of float (then use precise_score).
float inverse_norm(std::span<const float> v);

/// dot · inverse, clamped; NaN when `inverse` is.
float cosine_from_dot(float dot, float inverse);

/// The score (larger is nearer) with sums in double, limited to the finite floats. REQUIRES: equal lengths.
float precise_score(std::span<const float> a, std::span<const float> b, Metric metric);

/// True when no component is NaN or infinite.
bool all_finite(std::span<const float> v);

}  // namespace vicinal::index
