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

/// One query against four rows, one after the other: memory is fastest when it is read in order, and no row waits for
/// another's sums.
inline __m128 dot_four_rows(const QueryCode& query, const uint8_t* codes, size_t width) {
  __m512i high[4], low[4];
#pragma GCC unroll 4
  for (size_t r = 0; r < 4; ++r) {
    high[r] = low[r] = _mm512_setzero_si512();
    for (size_t i = 0; i < width; i += 64) {
      const __m512i row = _mm512_loadu_si512(codes + r * width + i);
      high[r] = _mm512_dpbusd_epi32(high[r], row, _mm512_loadu_si512(query.high + i));
      low[r] = _mm512_dpbusd_epi32(low[r], row, _mm512_loadu_si512(query.low + i));
    }
    __asm__ volatile("" ::: "memory");  // keeps the compiler from interleaving rows
  }
  return combine(sums_of_four(high[0], high[1], high[2], high[3]), sums_of_four(low[0], low[1], low[2], low[3]),
                 _mm_set1_epi32(query.high_offset), _mm_set1_epi32(query.low_offset));
}

struct FourOffsets {
  __m128i high, low;
};

inline FourOffsets offsets_of_four(const QueryCode* q) {
  return {_mm_setr_epi32(q[0].high_offset, q[1].high_offset, q[2].high_offset, q[3].high_offset),
          _mm_setr_epi32(q[0].low_offset, q[1].low_offset, q[2].low_offset, q[3].low_offset)};
}

/// Four queries against Rows rows, which share the loads of the queries. Row r's dots go to dots[q · ld + r].
template <size_t Rows>
inline void dot_four_queries(const QueryCode* queries, const FourOffsets& offsets, const uint8_t* codes, size_t width,
                             float* dots, size_t ld) {
  __m512i high[Rows][4], low[Rows][4];
#pragma GCC unroll 2
  for (size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
    for (size_t q = 0; q < 4; ++q) high[r][q] = low[r][q] = _mm512_setzero_si512();
  }
  for (size_t i = 0; i < width; i += 64) {
    __m512i row[Rows];
#pragma GCC unroll 2
    for (size_t r = 0; r < Rows; ++r) row[r] = _mm512_loadu_si512(codes + r * width + i);
#pragma GCC unroll 4
    for (size_t q = 0; q < 4; ++q) {
      const __m512i h = _mm512_loadu_si512(queries[q].high + i), l = _mm512_loadu_si512(queries[q].low + i);
#pragma GCC unroll 2
      for (size_t r = 0; r < Rows; ++r) {
        high[r][q] = _mm512_dpbusd_epi32(high[r][q], row[r], h);
        low[r][q] = _mm512_dpbusd_epi32(low[r][q], row[r], l);
      }
    }
  }
#pragma GCC unroll 2
  for (size_t r = 0; r < Rows; ++r) {
    const __m128 four = combine(sums_of_four(high[r][0], high[r][1], high[r][2], high[r][3]),
                                sums_of_four(low[r][0], low[r][1], low[r][2], low[r][3]), offsets.high, offsets.low);
    dots[r] = _mm_cvtss_f32(four);
    dots[ld + r] = _mm_cvtss_f32(_mm_permute_ps(four, 1));
    dots[2 * ld + r] = _mm_cvtss_f32(_mm_permute_ps(four, 2));
    dots[3 * ld + r] = _mm_cvtss_f32(_mm_permute_ps(four, 3));
  }
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
  const FourOffsets offsets = offsets_of_four(d.queries + q);
  float* dots = d.dots + q * d.ld;
  size_t row = 0;
  for (; row + 2 <= d.rows; row += 2)
    dot_four_queries<2>(d.queries + q, offsets, d.codes + row * d.width, d.width, dots + row, d.ld);
  if (row < d.rows) dot_four_queries<1>(d.queries + q, offsets, d.codes + row * d.width, d.width, dots + row, d.ld);
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
