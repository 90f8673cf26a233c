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

/// Not yet clamped to a byte.
inline __m512i steps(__m512 x, const Grid& grid) {
  const __m512 zero = _mm512_set1_ps(static_cast<float>(grid.zero));
  return _mm512_cvtps_epi32(_mm512_fmadd_ps(x, _mm512_set1_ps(grid.inverse), zero));
}

inline __m128i quantize(__m512 x, const Grid& grid) {
  return _mm512_cvtusepi32_epi8(_mm512_max_epi32(steps(x, grid), _mm512_setzero_si512()));
}

/// The bytes of 64 neighbours. Packing with saturation clamps them, four lanes of each vector side by side.
inline __m512i quantize(const float* x, const Grid& grid) {
  const auto at = [&](size_t i) { return steps(_mm512_load_ps(x + 16 * i), grid); };
  const __m512i first = _mm512_packs_epi32(at(0), at(1));
  const __m512i second = _mm512_packs_epi32(at(2), at(3));
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  return _mm512_permutexvar_epi32(order, _mm512_packus_epi16(first, second));
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

/// x of lanes whose bit `Bit` is 0 plus that of their neighbours whose bit is 1, and the difference of the two.
template <int Bit>
inline __m512 lane_butterflies(__m512 x) {
  static_assert(Bit == 1 || Bit == 2);
  const __m512 neighbour = _mm512_permute_ps(x, Bit == 1 ? 0xB1 : 0x4E);
  const __m512 sign = _mm512_mask_blend_ps(Bit == 1 ? 0xAAAA : 0xCCCC, _mm512_set1_ps(1.0F), _mm512_set1_ps(-1.0F));
  return _mm512_fmadd_ps(x, sign, neighbour);
}

/// One full group of a row, rotated as QuantizeRows says.
struct RotatedGroup {
  static constexpr size_t kVectors = kRotationWidth / 16;
  __m512 y[kVectors];

  template <class Row>
  inline RotatedGroup(const Row& row, size_t j) {
#pragma GCC unroll 8
    for (size_t i = 0; i < kVectors; ++i) {
      y[i] = row.load(j + 16 * i, kAll);
    }
    butterflies<1>();
    butterflies<2>();
    butterflies<4>();
#pragma GCC unroll 8
    for (size_t i = 0; i < kVectors; ++i) {
      y[i] = lane_butterflies<2>(lane_butterflies<1>(y[i]));
    }
  }

  template <size_t Half>
  inline void butterflies() {
#pragma GCC unroll 8
    for (size_t i = 0; i < kVectors; ++i) {
      if ((i & Half) != 0) {
        continue;
      }
      const __m512 a = y[i];
      const __m512 b = y[i + Half];
      y[i] = _mm512_add_ps(a, b);
      y[i + Half] = _mm512_sub_ps(a, b);
    }
  }

  inline void store(float* to) const {
#pragma GCC unroll 8
    for (size_t i = 0; i < kVectors; ++i) {
      _mm512_store_ps(to + 16 * i, y[i]);
    }
  }
};

/// Inputs behind the last full group; zeros where the mask has none.
template <class Row>
inline __m512 unrotated(const Row& row, size_t j, __mmask16 mask) {
  return _mm512_maskz_mul_ps(mask, row.load(j, mask), _mm512_set1_ps(kUnrotatedFactor));
}

/// The rotated floats of a row between finding its grid and writing its bytes; behind the last that fit, they are made
/// again.
struct RotatedRow {
  static constexpr size_t kKept = 4096;
  alignas(64) float kept[kKept];

  template <class Row>
  inline Grid find_grid(const Row& row, size_t width) {
    Extent extent = {_mm512_setzero_ps(), _mm512_setzero_ps()};
    Extent second = extent;
    size_t j = 0;
    for (; j + kRotationWidth <= width; j += kRotationWidth) {
      const RotatedGroup group(row, j);
      if (j < kKept) {
        group.store(kept + j);
      }
#pragma GCC unroll 4
      for (size_t i = 0; i < RotatedGroup::kVectors; i += 2) {
        extent.include(group.y[i]);
        second.include(group.y[i + 1]);
      }
    }
    for (; j < width; j += 16) {
      const __mmask16 mask = tail_mask16(width - j);
      extent.include(unrotated(row, j, mask));
    }
    extent.include(second.low);
    extent.include(second.high);
    return extent.grid();
  }

  template <class Row>
  inline void write_bytes(const Row& row, size_t width, const Grid& grid, uint8_t* out) const {
    size_t j = 0;
    for (; j + kRotationWidth <= width; j += kRotationWidth) {
      if (j < kKept) {
        _mm512_storeu_si512(out + j, quantize(kept + j, grid));
        _mm512_storeu_si512(out + j + 64, quantize(kept + j + 64, grid));
      } else {
        alignas(64) float again[kRotationWidth];
        RotatedGroup(row, j).store(again);
        _mm512_storeu_si512(out + j, quantize(again, grid));
        _mm512_storeu_si512(out + j + 64, quantize(again + 64, grid));
      }
    }
    for (; j < width; j += 16) {
      const __mmask16 mask = tail_mask16(width - j);
      _mm_mask_storeu_epi8(out + j, mask, quantize(unrotated(row, j, mask), grid));
    }
  }
};
static_assert(RotatedRow::kKept % kRotationWidth == 0);

template <class Row>
inline void quantize_row(const Row& row, size_t width, uint8_t* out, float* scale, int32_t* zero) {
  RotatedRow rotated;
  const Grid grid = rotated.find_grid(row, width);
  rotated.write_bytes(row, width, grid, out);
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
    } else {
      quantize_row(Bf16Row{q.x_bf16 + row * q.ldx}, q.width, out, q.scale + row, q.zero + row);
    }
  }
}

}  // namespace vicinal::kernels::avx512
