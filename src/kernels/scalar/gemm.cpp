/// The products as their formulas say: one output at a time, inputs in order.

#include "kernels/scalar/level.h"
#include "kernels/scalar/widen.h"

namespace vicinal::kernels::scalar {
namespace {

/// The distance of two output features in a packed matrix, in elements.
size_t padded(size_t k, size_t group) { return (k + group - 1) / group * group; }

void finish(const GemmOutput& y, size_t m, size_t j, float x) {
  if (y.bias != nullptr) x += y.bias[j];
  activate(y.activation, &x, &x, 1);
  if (y.residual != nullptr) x += y.residual[m * y.ld_residual + j];
  if (y.out_f32 != nullptr) {
    y.out_f32[m * y.ld_out + j] = x;
  } else {
    f32_to_bf16(&x, &y.out_bf16[m * y.ld_out + j], 1);
  }
}

template <class T, class Gemm>
void gemm_float(const Gemm& g, size_t ldw) {
  const T* const w = static_cast<const T*>(g.w.data);
  for (size_t m = 0; m < g.m; ++m) {
    for (size_t j = 0; j < g.w.n; ++j) {
      float sum = 0.0F;
      for (size_t k = 0; k < g.w.k; ++k) sum += widen(g.a[m * g.lda + k]) * widen(w[j * ldw + k]);
      finish(g.y, m, j, sum);
    }
  }
}

}  // namespace

void gemm_f32(const GemmF32& g) { gemm_float<float>(g, g.w.k); }

void gemm_bf16(const GemmBf16& g) { gemm_float<bf16>(g, padded(g.w.k, 2)); }

void gemm_int8(const GemmInt8& g) {
  const size_t ldw = padded(g.w.k, 4);
  const auto* const w = static_cast<const int8_t*>(g.w.data);
  const auto* const scales = reinterpret_cast<const float*>(w + g.w.n * ldw);
  const auto* const sums = reinterpret_cast<const int32_t*>(scales + g.w.n);
  for (size_t m = 0; m < g.m; ++m) {
    for (size_t j = 0; j < g.w.n; ++j) {
      int32_t sum = 0;
      for (size_t k = 0; k < g.w.k; ++k) sum += int32_t{g.a[m * g.lda + k]} * w[j * ldw + k];
      const float scale = g.scale[m] * scales[j];
      finish(g.y, m, j, static_cast<float>(sum - g.zero[m] * sums[j]) * scale);
    }
  }
}

}  // namespace vicinal::kernels::scalar
