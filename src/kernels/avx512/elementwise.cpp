#include "kernels/avx512/level.h"
#include "kernels/avx512/maths.inl"

namespace vicinal::kernels::avx512 {
namespace {

struct Same {
  static inline __m512 apply(__m512 x) { return x; }
};
struct GeluErf {
  static inline __m512 apply(__m512 x) { return gelu_erf(x); }
};
struct GeluTanh {
  static inline __m512 apply(__m512 x) { return gelu_tanh(x); }
};

template <class Function>
void map(const float* x, float* y, size_t n) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    _mm512_storeu_ps(y + i, Function::apply(_mm512_loadu_ps(x + i)));
  }
  if (i < n) {
    const __mmask16 mask = tail_mask16(n - i);
    _mm512_mask_storeu_ps(y + i, mask, Function::apply(_mm512_maskz_loadu_ps(mask, x + i)));
  }
}

/// x[i] = exp(x[i] − highest); returns the sum.
float exponentials(float* x, size_t n, float highest) {
  __m512 sum = _mm512_setzero_ps();
  for (size_t i = 0; i < n; i += 16) {
    const __mmask16 mask = tail_mask16(n - i);
    const __m512 value = exp(_mm512_sub_ps(_mm512_maskz_loadu_ps(mask, x + i), _mm512_set1_ps(highest)));
    _mm512_mask_storeu_ps(x + i, mask, value);
    sum = _mm512_mask_add_ps(sum, mask, sum, value);
  }
  return _mm512_reduce_add_ps(sum);
}

/// Means of the `count` columns from `x` on, at most 16 · Vectors.
template <size_t Vectors>
void mean_columns(const float* x, size_t ldx, size_t rows, size_t count, float* out) {
  __m512 sum[Vectors];
  __mmask16 mask[Vectors];
  for (size_t v = 0; v < Vectors; ++v) {
    sum[v] = _mm512_setzero_ps();
    mask[v] = count > 16 * v ? tail_mask16(count - 16 * v) : __mmask16{0};
  }
  for (size_t row = 0; row < rows; ++row) {
    for (size_t v = 0; v < Vectors; ++v) {
      sum[v] = _mm512_add_ps(sum[v], _mm512_maskz_loadu_ps(mask[v], x + row * ldx + 16 * v));
    }
  }
  const __m512 divisor = _mm512_set1_ps(rows == 0 ? 1.0F : static_cast<float>(rows));
  for (size_t v = 0; v < Vectors; ++v) {
    _mm512_mask_storeu_ps(out + 16 * v, mask[v], _mm512_div_ps(sum[v], divisor));
  }
}

}  // namespace

void activate(Activation activation, const float* x, float* y, size_t n) {
  switch (activation) {
    case Activation::gelu_erf:
      return map<GeluErf>(x, y, n);
    case Activation::gelu_tanh:
      return map<GeluTanh>(x, y, n);
    case Activation::none:
      return map<Same>(x, y, n);
  }
}

void softmax(float* x, size_t n) {
  __m512 highest = _mm512_set1_ps(-__builtin_inff());
  for (size_t i = 0; i < n; i += 16) {
    highest = _mm512_max_ps(highest, _mm512_mask_loadu_ps(highest, tail_mask16(n - i), x + i));
  }
  const __m512 sum = _mm512_set1_ps(exponentials(x, n, _mm512_reduce_max_ps(highest)));
  for (size_t i = 0; i < n; i += 16) {
    const __mmask16 mask = tail_mask16(n - i);
    _mm512_mask_storeu_ps(x + i, mask, _mm512_div_ps(_mm512_maskz_loadu_ps(mask, x + i), sum));
  }
}

void mean_rows(const float* x, size_t ldx, size_t rows, size_t width, float* out) {
  constexpr size_t kVectors = 8;
  for (size_t j = 0; j < width; j += 16 * kVectors) {
    mean_columns<kVectors>(x + j, ldx, rows, width - j, out + j);
  }
}

void add3(const float* a, const float* b, const float* c, float* out, size_t n) {
  for (size_t i = 0; i < n; i += 16) {
    const __mmask16 mask = tail_mask16(n - i);
    const __m512 pair = _mm512_add_ps(_mm512_maskz_loadu_ps(mask, a + i), _mm512_maskz_loadu_ps(mask, b + i));
    _mm512_mask_storeu_ps(out + i, mask, _mm512_add_ps(pair, _mm512_maskz_loadu_ps(mask, c + i)));
  }
}

}  // namespace vicinal::kernels::avx512
