#pragma once
/// The rotation before int8 (see QuantizeRows in kernels/types.h), in the order of additions that every level follows.

#include "kernels/types.h"

namespace vicinal::kernels::scalar {

/// One full group of kRotationWidth inputs, in place: a round of sums and differences for each bit.
void rotate(float* group);

}  // namespace vicinal::kernels::scalar
