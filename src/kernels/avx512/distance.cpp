#include "kernels/avx512/level.h"
#include "kernels/avx512/maths.inl"

// A vector's elements go to four sums of 16 lanes in turn, 64 elements a step; the sums are added as
// (s0 + s1) + (s2 + s3), then the lanes by halves.

namespace vicinal::kernels::avx512 {
namespace {

struct Dot {
  static inline __m512 step(__m512 sum, __m512 a, __m512 b) { return _mm512_fmadd_ps(a, b, sum); }
};
struct SquaredL2 {
  static inline __m512 step(__m512 sum, __m512 a, __m512 b) {
    const __m512 difference = _mm512_sub_ps(a, b);
    return _mm512_fmadd_ps(difference, difference, sum);
  }
};
struct L1 {
  static inline __m512 step(__m512 sum, __m512 a, __m512 b) {
    return _mm512_add_ps(sum, _mm512_abs_ps(_mm512_sub_ps(a, b)));
  }
};

/// Sixteen lanes to four, by halves.
inline __m128 fold(__m512 x) {
  const __m256 half = _mm256_add_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
  return _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
}

inline __m128 fold_sums(const __m512 (&sum)[4]) {
  return fold(_mm512_add_ps(_mm512_add_ps(sum[0], sum[1]), _mm512_add_ps(sum[2], sum[3])));
}

/// The distance of two vectors.
template <class Measure>
inline float measure(const float* a, const float* b, size_t d) {
  __m512 sum[4];
  sum[0] = sum[1] = sum[2] = sum[3] = _mm512_setzero_ps();
  size_t i = 0;
  for (; i + 64 <= d; i += 64) {
#pragma GCC unroll 4
    for (size_t v = 0; v < 4; ++v)
      sum[v] = Measure::step(sum[v], _mm512_loadu_ps(a + i + 16 * v), _mm512_loadu_ps(b + i + 16 * v));
  }
  if (i < d) {
#pragma GCC unroll 4
    for (size_t v = 0; v < 4; ++v) {
      const __mmask16 mask = i + 16 * v < d ? tail_mask16(d - i - 16 * v) : __mmask16{0};
      sum[v] = Measure::step(sum[v], _mm512_maskz_loadu_ps(mask, a + i + 16 * v),
                             _mm512_maskz_loadu_ps(mask, b + i + 16 * v));
    }
  }
  const __m128 pairs = _mm_hadd_ps(fold_sums(sum), fold_sums(sum));
  return _mm_cvtss_f32(_mm_hadd_ps(pairs, pairs));
}

/// One row after the other: several at once would share the loads of the query, but memory is read twice as fast in
/// order, and sets of rows seldom come from a cache.
template <class Measure>
void measure_rows(const float* query, const float* data, size_t stride, size_t rows, size_t d, float* out) {
  for (size_t row = 0; row < rows; ++row) {
    out[row] = measure<Measure>(query, data + row * stride, d);
    __asm__ volatile("" ::: "memory");  // keeps the compiler from interleaving rows
  }
}

}  // namespace

float dot_f32(const float* a, const float* b, size_t d) { return measure<Dot>(a, b, d); }
float l2sq_f32(const float* a, const float* b, size_t d) { return measure<SquaredL2>(a, b, d); }
float l1_f32(const float* a, const float* b, size_t d) { return measure<L1>(a, b, d); }

uint64_t hamming(const uint8_t* a, const uint8_t* b, size_t bytes) {
  __m512i sum = _mm512_setzero_si512();
  for (size_t i = 0; i < bytes; i += 64) {
    const __mmask64 mask = bytes - i >= 64 ? ~__mmask64{0} : (__mmask64{1} << (bytes - i)) - 1;
    const __m512i difference =
        _mm512_xor_si512(_mm512_maskz_loadu_epi8(mask, a + i), _mm512_maskz_loadu_epi8(mask, b + i));
    sum = _mm512_add_epi64(sum, _mm512_popcnt_epi64(difference));
  }
  return static_cast<uint64_t>(_mm512_reduce_add_epi64(sum));
}

void dot_rows_f32(const float* query, const float* rows_data, size_t stride, size_t rows, size_t d, float* out) {
  measure_rows<Dot>(query, rows_data, stride, rows, d, out);
}

void l2sq_rows_f32(const float* query, const float* rows_data, size_t stride, size_t rows, size_t d, float* out) {
  measure_rows<SquaredL2>(query, rows_data, stride, rows, d, out);
}

void l1_rows_f32(const float* query, const float* rows_data, size_t stride, size_t rows, size_t d, float* out) {
  measure_rows<L1>(query, rows_data, stride, rows, d, out);
}

}  // namespace vicinal::kernels::avx512
