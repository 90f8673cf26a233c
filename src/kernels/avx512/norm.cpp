#include "kernels/avx512/level.h"
#include "kernels/avx512/maths.inl"

namespace vicinal::kernels::avx512 {
namespace {

/// How a row of floats becomes bytes; see QuantizeRows.
struct Grid {
  float scale;
  float inverse;
  int32_t zero;
};

inline Grid grid_of(float low, float high) {
  const bool flat = !(high - low >= 1e-30F);
  const float scale = flat ? 1.0F : (high - low) / 255.0F;
  const float inverse = 1.0F / scale;
  return {scale, inverse, _mm_cvtss_si32(_mm_set_ss(-low * inverse))};
}

inline __m128i quantize(__m512 x, const Grid& grid) {
  const __m512i rounded = _mm512_cvtps_epi32(_mm512_mul_ps(x, _mm512_set1_ps(grid.inverse)));
  const __m512i shifted = _mm512_add_epi32(rounded, _mm512_set1_epi32(grid.zero));
  return _mm512_cvtusepi32_epi8(_mm512_max_epi32(shifted, _mm512_setzero_si512()));
}

/// Smallest and largest elements so far, with zero among them.
struct Extent {
  __m512 low;
  __m512 high;

  inline void include(__m512 x) {
    low = _mm512_min_ps(low, x);
    high = _mm512_max_ps(high, x);
  }
  inline Grid grid() const { return grid_of(_mm512_reduce_min_ps(low), _mm512_reduce_max_ps(high)); }
};

struct FloatRow {
  const float* x;
  inline __m512 load(size_t j, __mmask16 mask) const { return _mm512_maskz_loadu_ps(mask, x + j); }
};

struct Bf16Row {
  const bf16* x;
  inline __m512 load(size_t j, __mmask16 mask) const {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, x + j)), 16));
  }
};

/// A row with its mean and deviation taken out, gamma and beta applied, made anew at each load.
struct NormalisedRow {
  const float* x;
  const float* gamma;
  const float* beta;
  float mean;
  float reciprocal_deviation;

  inline __m512 load(size_t j, __mmask16 mask) const {
    const __m512 centred = _mm512_sub_ps(_mm512_maskz_loadu_ps(mask, x + j), _mm512_set1_ps(mean));
    const __m512 unit = _mm512_mul_ps(centred, _mm512_set1_ps(reciprocal_deviation));
    return _mm512_fmadd_ps(unit, _mm512_maskz_loadu_ps(mask, gamma + j), _mm512_maskz_loadu_ps(mask, beta + j));
  }
};

constexpr __mmask16 kAll = 0xFFFF;

template <class Row>
inline Grid grid_of(const Row& row, size_t width) {
  Extent extent = {_mm512_setzero_ps(), _mm512_setzero_ps()};
  Extent second = extent;
  size_t j = 0;
  for (; j + 32 <= width; j += 32) {
    extent.include(row.load(j, kAll));
    second.include(row.load(j + 16, kAll));
  }
  for (; j < width; j += 16) {
    const __mmask16 mask = tail_mask16(width - j);
    extent.include(_mm512_maskz_mov_ps(mask, row.load(j, mask)));
  }
  extent.include(second.low);
  extent.include(second.high);
  return extent.grid();
}

template <class Row>
inline void write_bytes(const Row& row, size_t width, const Grid& grid, uint8_t* out) {
  size_t j = 0;
  for (; j + 16 <= width; j += 16) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + j), quantize(row.load(j, kAll), grid));
  }
  if (j < width) {
    const __mmask16 mask = tail_mask16(width - j);
    _mm_mask_storeu_epi8(out + j, mask, quantize(row.load(j, mask), grid));
  }
}

template <class Row>
inline void quantize_row(const Row& row, size_t width, uint8_t* out, float* scale, int32_t* zero) {
  const Grid grid = grid_of(row, width);
  write_bytes(row, width, grid, out);
  *scale = grid.scale;
  *zero = grid.zero;
}

/// 32 bf16 of a row as floats: those at even places, and those at odd ones. Cheaper than widening them in order.
struct EvenOdd {
  __m512 even;
  __m512 odd;

  static inline EvenOdd load(const bf16* x) {
    const __m512i both = _mm512_loadu_si512(x);
    return {_mm512_castsi512_ps(_mm512_slli_epi32(both, 16)),
            _mm512_castsi512_ps(_mm512_and_si512(both, _mm512_set1_epi32(static_cast<int>(0xFFFF0000U))))};
  }
};

inline __m512i quantized_lanes(__m512 x, const Grid& grid) {
  const __m512i rounded = _mm512_cvtps_epi32(_mm512_mul_ps(x, _mm512_set1_ps(grid.inverse)));
  const __m512i shifted = _mm512_add_epi32(rounded, _mm512_set1_epi32(grid.zero));
  return _mm512_min_epi32(_mm512_max_epi32(shifted, _mm512_setzero_si512()), _mm512_set1_epi32(255));
}

/// The same as quantize_row for a width that is a multiple of 32.
inline void quantize_bf16_row(const bf16* x, size_t width, uint8_t* out, float* scale, int32_t* zero) {
  Extent even = {_mm512_setzero_ps(), _mm512_setzero_ps()};
  Extent odd = even;
  for (size_t j = 0; j < width; j += 32) {
    const EvenOdd pair = EvenOdd::load(x + j);
    even.include(pair.even);
    odd.include(pair.odd);
  }
  even.include(odd.low);
  even.include(odd.high);
  const Grid grid = even.grid();
  for (size_t j = 0; j < width; j += 32) {
    const EvenOdd pair = EvenOdd::load(x + j);
    const __m512i high = _mm512_slli_epi32(quantized_lanes(pair.odd, grid), 8);
    const __m512i words = _mm512_or_si512(quantized_lanes(pair.even, grid), high);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + j), _mm512_cvtepi32_epi16(words));
  }
  *scale = grid.scale;
  *zero = grid.zero;
}

/// Σ (x − shift)^Power, in four sums that take the vectors in turn.
template <int Power>
inline float sum_of(const float* x, size_t width, float shift) {
  const __m512 s = _mm512_set1_ps(shift);
  __m512 sum[4] = {_mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps()};
  size_t j = 0;
  for (; j + 64 <= width; j += 64) {
#pragma GCC unroll 4
    for (size_t v = 0; v < 4; ++v) {
      const __m512 difference = _mm512_sub_ps(_mm512_loadu_ps(x + j + 16 * v), s);
      sum[v] = Power == 1 ? _mm512_add_ps(sum[v], difference) : _mm512_fmadd_ps(difference, difference, sum[v]);
    }
  }
  for (; j < width; j += 16) {
    const __mmask16 mask = tail_mask16(width - j);
    const __m512 difference = _mm512_maskz_sub_ps(mask, _mm512_maskz_loadu_ps(mask, x + j), s);
    sum[0] = Power == 1 ? _mm512_add_ps(sum[0], difference) : _mm512_fmadd_ps(difference, difference, sum[0]);
  }
  return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(sum[0], sum[1]), _mm512_add_ps(sum[2], sum[3])));
}

inline NormalisedRow normalise(const LayerNorm& n, size_t row) {
  const float* x = n.x + row * n.ldx;
  const float width = static_cast<float>(n.width);
  const float mean = sum_of<1>(x, n.width, 0.0F) / width;
  const float variance = sum_of<2>(x, n.width, mean) / width;
  return {x, n.gamma, n.beta, mean, 1.0F / __builtin_sqrtf(variance + n.eps)};
}

inline void write_floats(const NormalisedRow& row, size_t width, float* out) {
  size_t j = 0;
  for (; j + 16 <= width; j += 16) {
    _mm512_storeu_ps(out + j, row.load(j, kAll));
  }
  if (j < width) {
    const __mmask16 mask = tail_mask16(width - j);
    _mm512_mask_storeu_ps(out + j, mask, row.load(j, mask));
  }
}

template <class Row>
inline void write_bf16(const Row& row, size_t width, bf16* out) {
  size_t j = 0;
  for (; j + 32 <= width; j += 32) {
    const __m512bh both = _mm512_cvtne2ps_pbh(row.load(j + 16, kAll), row.load(j, kAll));
    _mm512_storeu_si512(out + j, reinterpret_cast<__m512i>(both));
  }
  for (; j < width; j += 16) {
    const __mmask16 mask = tail_mask16(width - j);
    _mm256_mask_storeu_epi16(out + j, mask, reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(row.load(j, mask))));
  }
}

/// The normalised row in the short forms that are asked for.
template <class Row>
inline void narrow(const Row& y, const LayerNorm& n, size_t row) {
  if (n.out_u8 != nullptr) quantize_row(y, n.width, n.out_u8 + row * n.ld_u8, n.scale + row, n.zero + row);
  if (n.out_bf16 != nullptr) write_bf16(y, n.width, n.out_bf16 + row * n.ld_bf16);
}

}  // namespace

void layer_norm(const LayerNorm& n) {
  for (size_t row = 0; row < n.m; ++row) {
    const NormalisedRow y = normalise(n, row);
    if (n.out_f32 != nullptr) {  // out_f32 may be x: from here on the result stands there
      float* const floats = n.out_f32 + row * n.ld_f32;
      write_floats(y, n.width, floats);
      narrow(FloatRow{floats}, n, row);
    } else {
      narrow(y, n, row);
    }
  }
}

void quantize_rows(const QuantizeRows& q) {
  for (size_t row = 0; row < q.m; ++row) {
    uint8_t* out = q.q + row * q.ldq;
    if (q.x_f32 != nullptr) {
      quantize_row(FloatRow{q.x_f32 + row * q.ldx}, q.width, out, q.scale + row, q.zero + row);
    } else if (q.width % 32 == 0) {
      quantize_bf16_row(q.x_bf16 + row * q.ldx, q.width, out, q.scale + row, q.zero + row);
    } else {
      quantize_row(Bf16Row{q.x_bf16 + row * q.ldx}, q.width, out, q.scale + row, q.zero + row);
    }
  }
}

}  // namespace vicinal::kernels::avx512
