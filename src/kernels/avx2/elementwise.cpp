#include "kernels/avx2/level.h"
#include "kernels/avx2/maths.inl"
#include "kernels/avx2/reduce.inl"

namespace vicinal::kernels::avx2 {
namespace {

struct Same {
  static inline __m256 apply(__m256 x) { return x; }
};
struct GeluErf {
  static inline __m256 apply(__m256 x) { return gelu_erf(x); }
};
struct GeluTanh {
  static inline __m256 apply(__m256 x) { return gelu_tanh(x); }
};

template <class Function>
void map(const float* x, float* y, size_t n) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    _mm256_storeu_ps(y + i, Function::apply(_mm256_loadu_ps(x + i)));
  }
  if (i < n) {
    const __m256i mask = tail_mask8(n - i);
    _mm256_maskstore_ps(y + i, mask, Function::apply(_mm256_maskload_ps(x + i, mask)));
  }
}

float highest_of(const float* x, size_t n) {
  const __m256 lowest = _mm256_set1_ps(-__builtin_inff());
  __m256 highest = lowest;
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    highest = _mm256_max_ps(highest, _mm256_loadu_ps(x + i));
  }
  if (i < n) {
    const __m256i mask = tail_mask8(n - i);
    const __m256 rest = _mm256_blendv_ps(lowest, _mm256_maskload_ps(x + i, mask), _mm256_castsi256_ps(mask));
    highest = _mm256_max_ps(highest, rest);
  }
  return horizontal_max(highest);
}

/// x[i] = exp(x[i] − highest); returns the sum.
float exponentials(float* x, size_t n, float highest) {
  const __m256 shift = _mm256_set1_ps(highest);
  __m256 sum = _mm256_setzero_ps();
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const __m256 value = exp(_mm256_sub_ps(_mm256_loadu_ps(x + i), shift));
    _mm256_storeu_ps(x + i, value);
    sum = _mm256_add_ps(sum, value);
  }
  if (i < n) {
    const __m256i mask = tail_mask8(n - i);
    const __m256 value = exp(_mm256_sub_ps(_mm256_maskload_ps(x + i, mask), shift));
    _mm256_maskstore_ps(x + i, mask, value);
    sum = _mm256_add_ps(sum, _mm256_and_ps(value, _mm256_castsi256_ps(mask)));
  }
  return horizontal_sum(sum);
}

/// Means of 8 · Vectors columns from `x` on.
template <size_t Vectors>
void mean_columns(const float* x, size_t ldx, size_t rows, __m256 divisor, float* out) {
  __m256 sum[Vectors];
  for (size_t v = 0; v < Vectors; ++v) {
    sum[v] = _mm256_setzero_ps();
  }
  for (size_t row = 0; row < rows; ++row) {
    for (size_t v = 0; v < Vectors; ++v) {
      sum[v] = _mm256_add_ps(sum[v], _mm256_loadu_ps(x + row * ldx + 8 * v));
    }
  }
  for (size_t v = 0; v < Vectors; ++v) {
    _mm256_storeu_ps(out + 8 * v, _mm256_div_ps(sum[v], divisor));
  }
}

void mean_last_columns(const float* x, size_t ldx, size_t rows, __m256i mask, __m256 divisor, float* out) {
  __m256 sum = _mm256_setzero_ps();
  for (size_t row = 0; row < rows; ++row) {
    sum = _mm256_add_ps(sum, _mm256_maskload_ps(x + row * ldx, mask));
  }
  _mm256_maskstore_ps(out, mask, _mm256_div_ps(sum, divisor));
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
  const __m256 sum = _mm256_set1_ps(exponentials(x, n, highest_of(x, n)));
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    _mm256_storeu_ps(x + i, _mm256_div_ps(_mm256_loadu_ps(x + i), sum));
  }
  if (i < n) {
    const __m256i mask = tail_mask8(n - i);
    _mm256_maskstore_ps(x + i, mask, _mm256_div_ps(_mm256_maskload_ps(x + i, mask), sum));
  }
}

void mean_rows(const float* x, size_t ldx, size_t rows, size_t width, float* out) {
  const __m256 divisor = _mm256_set1_ps(rows == 0 ? 1.0F : static_cast<float>(rows));
  size_t j = 0;
  for (; j + 64 <= width; j += 64) {
    mean_columns<8>(x + j, ldx, rows, divisor, out + j);
  }
  for (; j + 8 <= width; j += 8) {
    mean_columns<1>(x + j, ldx, rows, divisor, out + j);
  }
  if (j < width) {
    mean_last_columns(x + j, ldx, rows, tail_mask8(width - j), divisor, out + j);
  }
}

void add3(const float* a, const float* b, const float* c, float* out, size_t n) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const __m256 pair = _mm256_add_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i));
    _mm256_storeu_ps(out + i, _mm256_add_ps(pair, _mm256_loadu_ps(c + i)));
  }
  for (; i < n; ++i) {
    out[i] = (a[i] + b[i]) + c[i];
  }
}

}  // namespace vicinal::kernels::avx2
