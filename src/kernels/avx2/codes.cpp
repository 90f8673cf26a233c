#include "kernels/avx2/level.h"
#include "kernels/avx2/maths.inl"

namespace vicinal::kernels::avx2 {
namespace {

/// Pairs of products fit 16 bits because a query's bytes lie within ±64: maddubs never saturates.
inline __m256i add_products(__m256i sum, __m256i codes, __m256i query) {
  return _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(codes, query), _mm256_set1_epi16(1)));
}

inline int32_t sum_of(__m256i x) {
  const __m128i four = _mm_add_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
  const __m128i two = _mm_add_epi32(four, _mm_unpackhi_epi64(four, four));
  return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 1)));
}

inline __m256i load(const void* bytes) { return _mm256_loadu_si256(static_cast<const __m256i*>(bytes)); }

inline float finish(__m256i high, __m256i low, const QueryCode& query) {
  const __m128 h = _mm_set_ss(static_cast<float>(sum_of(high) - query.high_offset));
  const __m128 l = _mm_set_ss(static_cast<float>(sum_of(low) - query.low_offset));
  return _mm_cvtss_f32(_mm_fmadd_ss(_mm_set_ss(128.0F), h, l));
}

/// Rows rows at once: they share the loads of the query.
template <size_t Rows>
inline void dot_rows(const QueryCode& query, const uint8_t* codes, size_t width, float* dots) {
  __m256i high[Rows], low[Rows];
#pragma GCC unroll 4
  for (size_t r = 0; r < Rows; ++r) high[r] = low[r] = _mm256_setzero_si256();
  for (size_t i = 0; i < width; i += 32) {
    const __m256i h = load(query.high + i), l = load(query.low + i);
#pragma GCC unroll 4
    for (size_t r = 0; r < Rows; ++r) {
      const __m256i row = load(codes + r * width + i);
      high[r] = add_products(high[r], row, h);
      low[r] = add_products(low[r], row, l);
    }
  }
#pragma GCC unroll 4
  for (size_t r = 0; r < Rows; ++r) dots[r] = finish(high[r], low[r], query);
}

inline void dot_query(const DotCodes& d, const QueryCode& query, size_t first, size_t rows, float* dots) {
  size_t row = first;
  for (; row + 4 <= first + rows; row += 4) dot_rows<4>(query, d.codes + row * d.width, d.width, dots + row);
  for (; row < first + rows; ++row) dot_rows<1>(query, d.codes + row * d.width, d.width, dots + row);
}

/// Rows that stay in the first-level cache while every query meets them.
constexpr size_t kRowsAtOnce = 16;

inline uint64_t select_eight(const SelectRows& s, size_t row) {
  const __m256i mask = tail_mask8(s.rows - row);
  const __m256 norm = _mm256_maskload_ps(s.norm + row, mask);
  const __m256 by_norm = _mm256_mul_ps(norm, _mm256_fmadd_ps(_mm256_set1_ps(s.d), norm, _mm256_set1_ps(s.c)));
  const __m256 without_dot = _mm256_fmadd_ps(_mm256_set1_ps(s.b), _mm256_maskload_ps(s.error + row, mask), by_norm);
  const __m256 slope = _mm256_mul_ps(_mm256_set1_ps(s.a), _mm256_maskload_ps(s.scale + row, mask));
  const __m256 value = _mm256_fmadd_ps(slope, _mm256_maskload_ps(s.dots + row, mask), without_dot);
  const __m256 reached = _mm256_cmp_ps(value, _mm256_set1_ps(s.threshold), _CMP_GE_OQ);
  return static_cast<uint64_t>(_mm256_movemask_ps(_mm256_and_ps(reached, _mm256_castsi256_ps(mask))));
}

}  // namespace

void dot_codes(const DotCodes& d) {
  for (size_t first = 0; first < d.rows; first += kRowsAtOnce) {
    const size_t rows = d.rows - first < kRowsAtOnce ? d.rows - first : kRowsAtOnce;
    for (size_t q = 0; q < d.query_count; ++q) dot_query(d, d.queries[q], first, rows, d.dots + q * d.ld);
  }
}

void select_rows(const SelectRows& s) {
  for (size_t first = 0; first < s.rows; first += 64) {
    uint64_t word = 0;
    for (size_t row = first; row < s.rows && row < first + 64; row += 8) word |= select_eight(s, row) << (row - first);
    s.selected[first / 64] = word;
  }
}

}  // namespace vicinal::kernels::avx2
