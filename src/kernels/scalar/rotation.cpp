#include "kernels/scalar/rotation.h"

namespace vicinal::kernels::scalar {

void rotate(float* group) {
  constexpr size_t kBits[] = {16, 32, 64, 1, 2};
  for (const size_t bit : kBits) {
    for (size_t i = 0; i < kRotationWidth; ++i) {
      if ((i & bit) != 0) {
        continue;
      }
      const float a = group[i];
      const float b = group[i + bit];
      group[i] = a + b;
      group[i + bit] = a - b;
    }
  }
}

}  // namespace vicinal::kernels::scalar
