#include "kernels/avx512/level.h"
#include "kernels/avx512/maths.inl"

namespace vicinal::kernels::avx512 {
namespace {

/// 32-bit sums of each of four registers, in the four lanes: neighbours first, then the 128-bit parts.
inline __m128i sums_of_four(__m512i a, __m512i b, __m512i c, __m512i d) {
  const __m512i ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
  const __m512i cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
  const __m512i abcd = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
  const __m256i half = _mm256_add_epi32(_mm512_castsi512_si256(abcd), _mm512_extracti64x4_epi64(abcd, 1));
  return _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
}

inline __m128 combine(__m128i high, __m128i low, __m128i high_offset, __m128i low_offset) {
  const __m128 h = _mm_cvtepi32_ps(_mm_sub_epi32(high, high_offset));
  const __m128 l = _mm_cvtepi32_ps(_mm_sub_epi32(low, low_offset));
  return _mm_fmadd_ps(_mm_set1_ps(128.0F), h, l);
}

/// How far ahead of a row its followers are asked for: memory's latency at its full speed is about 3 KiB.
constexpr size_t kAheadBytes = 4096;

/// One query against four rows, whose loads of the query they share.
inline __m128 dot_four_rows(const QueryCode& query, const uint8_t* codes, size_t width) {
  __m512i high[4], low[4];
#pragma GCC unroll 4
  for (size_t r = 0; r < 4; ++r) high[r] = low[r] = _mm512_setzero_si512();
  for (size_t i = 0; i < width; i += 64) {
    const __m512i h = _mm512_loadu_si512(query.high + i);
    const __m512i l = _mm512_loadu_si512(query.low + i);
#pragma GCC unroll 4
    for (size_t r = 0; r < 4; ++r) {
      _mm_prefetch(reinterpret_cast<const char*>(codes + r * width + i + kAheadBytes), _MM_HINT_T0);
      const __m512i row = _mm512_loadu_si512(codes + r * width + i);
      high[r] = _mm512_dpbusd_epi32(high[r], row, h);
      low[r] = _mm512_dpbusd_epi32(low[r], row, l);
    }
  }
  return combine(sums_of_four(high[0], high[1], high[2], high[3]), sums_of_four(low[0], low[1], low[2], low[3]),
                 _mm_set1_epi32(query.high_offset), _mm_set1_epi32(query.low_offset));
}

/// Four queries against one row.
inline __m128 dot_four_queries(const QueryCode* queries, const uint8_t* codes, size_t width) {
  __m512i high[4], low[4];
#pragma GCC unroll 4
  for (size_t q = 0; q < 4; ++q) high[q] = low[q] = _mm512_setzero_si512();
  for (size_t i = 0; i < width; i += 64) {
    _mm_prefetch(reinterpret_cast<const char*>(codes + i + kAheadBytes), _MM_HINT_T0);
    const __m512i row = _mm512_loadu_si512(codes + i);
#pragma GCC unroll 4
    for (size_t q = 0; q < 4; ++q) {
      high[q] = _mm512_dpbusd_epi32(high[q], row, _mm512_loadu_si512(queries[q].high + i));
      low[q] = _mm512_dpbusd_epi32(low[q], row, _mm512_loadu_si512(queries[q].low + i));
    }
  }
  return combine(
      sums_of_four(high[0], high[1], high[2], high[3]), sums_of_four(low[0], low[1], low[2], low[3]),
      _mm_setr_epi32(queries[0].high_offset, queries[1].high_offset, queries[2].high_offset, queries[3].high_offset),
      _mm_setr_epi32(queries[0].low_offset, queries[1].low_offset, queries[2].low_offset, queries[3].low_offset));
}

inline float dot_one(const QueryCode& query, const uint8_t* codes, size_t width) {
  __m512i high = _mm512_setzero_si512(), low = high;
  for (size_t i = 0; i < width; i += 64) {
    const __m512i row = _mm512_loadu_si512(codes + i);
    high = _mm512_dpbusd_epi32(high, row, _mm512_loadu_si512(query.high + i));
    low = _mm512_dpbusd_epi32(low, row, _mm512_loadu_si512(query.low + i));
  }
  return _mm_cvtss_f32(combine(sums_of_four(high, high, high, high), sums_of_four(low, low, low, low),
                               _mm_set1_epi32(query.high_offset), _mm_set1_epi32(query.low_offset)));
}

inline void dot_query(const DotCodes& d, size_t q) {
  float* dots = d.dots + q * d.ld;
  size_t row = 0;
  for (; row + 4 <= d.rows; row += 4)
    _mm_storeu_ps(dots + row, dot_four_rows(d.queries[q], d.codes + row * d.width, d.width));
  for (; row < d.rows; ++row) dots[row] = dot_one(d.queries[q], d.codes + row * d.width, d.width);
}

inline void dot_four(const DotCodes& d, size_t q) {
  for (size_t row = 0; row < d.rows; ++row) {
    float* dots = d.dots + q * d.ld + row;
    const __m128 four = dot_four_queries(d.queries + q, d.codes + row * d.width, d.width);
    dots[0] = _mm_cvtss_f32(four);
    dots[d.ld] = _mm_cvtss_f32(_mm_permute_ps(four, 1));
    dots[2 * d.ld] = _mm_cvtss_f32(_mm_permute_ps(four, 2));
    dots[3 * d.ld] = _mm_cvtss_f32(_mm_permute_ps(four, 3));
  }
}

inline __mmask16 select_sixteen(const SelectRows& s, size_t row) {
  const __mmask16 mask = tail_mask16(s.rows - row);
  const __m512 norm = _mm512_maskz_loadu_ps(mask, s.norm + row);
  const __m512 by_norm = _mm512_mul_ps(norm, _mm512_fmadd_ps(_mm512_set1_ps(s.d), norm, _mm512_set1_ps(s.c)));
  const __m512 without_dot = _mm512_fmadd_ps(_mm512_set1_ps(s.b), _mm512_maskz_loadu_ps(mask, s.error + row), by_norm);
  const __m512 slope = _mm512_mul_ps(_mm512_set1_ps(s.a), _mm512_maskz_loadu_ps(mask, s.scale + row));
  const __m512 value = _mm512_fmadd_ps(slope, _mm512_maskz_loadu_ps(mask, s.dots + row), without_dot);
  return _mm512_mask_cmp_ps_mask(mask, value, _mm512_set1_ps(s.threshold), _CMP_GE_OQ);
}

}  // namespace

void dot_codes(const DotCodes& d) {
  size_t q = 0;
  for (; q + 4 <= d.query_count; q += 4) dot_four(d, q);
  for (; q < d.query_count; ++q) dot_query(d, q);
}

void select_rows(const SelectRows& s) {
  for (size_t first = 0; first < s.rows; first += 64) {
    uint64_t word = 0;
    for (size_t row = first; row < s.rows && row < first + 64; row += 16)
      word |= uint64_t{select_sixteen(s, row)} << (row - first);
    s.selected[first / 64] = word;
  }
}

}  // namespace vicinal::kernels::avx512
