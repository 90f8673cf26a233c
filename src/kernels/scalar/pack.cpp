#include "kernels/pack.h"

#include "kernels/scalar/level.h"

namespace vicinal::kernels::scalar {

// Panels of one column: the weights of an output feature lie side by side, as in the checkpoint.
size_t packed_bytes(WeightType type, size_t n, size_t k) { return packed_panel_bytes({}, type, n, k); }

void pack(WeightType type, const float* w, size_t ldw, size_t n, size_t k, void* packed) {
  pack_panels({}, type, w, ldw, n, k, packed);
}

}  // namespace vicinal::kernels::scalar
