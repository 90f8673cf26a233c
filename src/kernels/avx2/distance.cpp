#include "kernels/avx2/level.h"
#include "kernels/avx2/maths.inl"
#include "kernels/avx2/reduce.inl"

// A vector's elements go to four sums of 8 lanes in turn, 32 elements a step; the sums are added as
// (s0 + s1) + (s2 + s3), then the lanes by halves. One row alone and one of two rows take the same order.

namespace vicinal::kernels::avx2 {
namespace {

struct Dot {
  static inline __m256 step(__m256 sum, __m256 a, __m256 b) { return _mm256_fmadd_ps(a, b, sum); }
};
struct SquaredL2 {
  static inline __m256 step(__m256 sum, __m256 a, __m256 b) {
    const __m256 difference = _mm256_sub_ps(a, b);
    return _mm256_fmadd_ps(difference, difference, sum);
  }
};
struct L1 {
  static inline __m256 step(__m256 sum, __m256 a, __m256 b) { return _mm256_add_ps(sum, abs(_mm256_sub_ps(a, b))); }
};

/// Distances of `query` to Rows rows.
template <class Measure, size_t Rows>
inline void measure(const float* query, const float* first, size_t stride, size_t d, float* out) {
  __m256 sum[Rows][4];
#pragma GCC unroll 2
  for (size_t r = 0; r < Rows; ++r) {
    sum[r][0] = sum[r][1] = sum[r][2] = sum[r][3] = _mm256_setzero_ps();
  }
  size_t i = 0;
  for (; i + 32 <= d; i += 32) {
#pragma GCC unroll 4
    for (size_t v = 0; v < 4; ++v) {
      const __m256 q = _mm256_loadu_ps(query + i + 8 * v);
#pragma GCC unroll 2
      for (size_t r = 0; r < Rows; ++r) {
        sum[r][v] = Measure::step(sum[r][v], q, _mm256_loadu_ps(first + r * stride + i + 8 * v));
      }
    }
  }
  if (i < d) {
#pragma GCC unroll 4
    for (size_t v = 0; v < 4; ++v) {
      const __m256i mask = tail_mask8(i + 8 * v < d ? d - i - 8 * v : 0);
      const __m256 q = _mm256_maskload_ps(query + i + 8 * v, mask);
#pragma GCC unroll 2
      for (size_t r = 0; r < Rows; ++r) {
        sum[r][v] = Measure::step(sum[r][v], q, _mm256_maskload_ps(first + r * stride + i + 8 * v, mask));
      }
    }
  }
#pragma GCC unroll 2
  for (size_t r = 0; r < Rows; ++r) {
    out[r] = horizontal_sum(_mm256_add_ps(_mm256_add_ps(sum[r][0], sum[r][1]), _mm256_add_ps(sum[r][2], sum[r][3])));
  }
}

template <class Measure>
inline float measure_pair(const float* a, const float* b, size_t d) {
  float result = 0.0F;
  measure<Measure, 1>(a, b, 0, d, &result);
  return result;
}

/// Sets beyond this size do not come from the second-level cache. There the memory's speed decides, and its
/// prefetcher wants one row after the other; within it two rows at once share the loads of the query.
constexpr size_t kCachedBytes = size_t{1} << 20;

template <class Measure>
void measure_rows(const float* query, const float* data, size_t stride, size_t rows, size_t d, float* out) {
  size_t row = 0;
  if (rows * stride * sizeof(float) <= kCachedBytes) {
    for (; row + 2 <= rows; row += 2) {
      measure<Measure, 2>(query, data + row * stride, stride, d, out + row);
    }
  }
  for (; row < rows; ++row) {
    measure<Measure, 1>(query, data + row * stride, stride, d, out + row);
    __asm__ volatile("" ::: "memory");  // keeps the compiler from interleaving rows
  }
}

/// Bits set in each of 32 bytes, by table look-up of half bytes (W. Muła: SSSE3 fast popcount).
inline __m256i count_bits(__m256i x) {
  const __m256i table =
      _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i low = _mm256_set1_epi8(0x0F);
  const __m256i from_low = _mm256_shuffle_epi8(table, _mm256_and_si256(x, low));
  const __m256i from_high = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(x, 4), low));
  return _mm256_add_epi8(from_low, from_high);
}

}  // namespace

float dot_f32(const float* a, const float* b, size_t d) { return measure_pair<Dot>(a, b, d); }
float l2sq_f32(const float* a, const float* b, size_t d) { return measure_pair<SquaredL2>(a, b, d); }
float l1_f32(const float* a, const float* b, size_t d) { return measure_pair<L1>(a, b, d); }

uint64_t hamming(const uint8_t* a, const uint8_t* b, size_t bytes) {
  __m256i sum = _mm256_setzero_si256();
  size_t i = 0;
  for (; i + 32 <= bytes; i += 32) {
    const __m256i difference = _mm256_xor_si256(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(a + i)),
                                                _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b + i)));
    sum = _mm256_add_epi64(sum, _mm256_sad_epu8(count_bits(difference), _mm256_setzero_si256()));
  }
  const __m128i half = _mm_add_epi64(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
  uint64_t bits = static_cast<uint64_t>(_mm_cvtsi128_si64(half)) + static_cast<uint64_t>(_mm_extract_epi64(half, 1));
  for (; i < bytes; ++i) {
    bits += static_cast<uint64_t>(__builtin_popcount(static_cast<unsigned>(a[i] ^ b[i])));
  }
  return bits;
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

}  // namespace vicinal::kernels::avx2
