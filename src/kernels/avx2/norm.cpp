#include "kernels/avx2/level.h"
#include "kernels/avx2/maths.inl"
#include "kernels/avx2/reduce.inl"

namespace vicinal::kernels::avx2 {
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

/// Bytes of 8 floats in the low half.
inline __m128i quantize(__m256 x, const Grid& grid) {
  const __m256 zero = _mm256_set1_ps(static_cast<float>(grid.zero));
  const __m256i steps = _mm256_cvtps_epi32(_mm256_fmadd_ps(x, _mm256_set1_ps(grid.inverse), zero));
  const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(steps), _mm256_extracti128_si256(steps, 1));
  return _mm_packus_epi16(words, words);
}

inline void store_first_bytes(uint8_t* out, size_t count, __m128i bytes) {
  alignas(16) uint8_t block[16];
  _mm_store_si128(reinterpret_cast<__m128i*>(block), bytes);
  for (size_t i = 0; i < count; ++i) {
    out[i] = block[i];
  }
}

struct FloatRow {
  const float* x;
  inline __m256 load(size_t j) const { return _mm256_loadu_ps(x + j); }
  inline __m256 load_first(size_t j, size_t count) const { return _mm256_maskload_ps(x + j, tail_mask8(count)); }
};

struct Bf16Row {
  const bf16* x;
  static inline __m256 widen(__m128i bits) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
  }
  inline __m256 load(size_t j) const { return widen(_mm_loadu_si128(reinterpret_cast<const __m128i*>(x + j))); }
  inline __m256 load_first(size_t j, size_t count) const {
    alignas(16) bf16 block[8] = {};
    for (size_t i = 0; i < count; ++i) {
      block[i] = x[j + i];
    }
    return widen(_mm_load_si128(reinterpret_cast<const __m128i*>(block)));
  }
};

/// A row with its mean and deviation taken out, gamma and beta applied, made anew at each load.
struct NormalisedRow {
  const float* x;
  const float* gamma;
  const float* beta;
  float mean;
  float reciprocal_deviation;

  inline __m256 apply(__m256 value, __m256 g, __m256 b) const {
    const __m256 centred = _mm256_sub_ps(value, _mm256_set1_ps(mean));
    return _mm256_fmadd_ps(_mm256_mul_ps(centred, _mm256_set1_ps(reciprocal_deviation)), g, b);
  }
  inline __m256 load(size_t j) const {
    return apply(_mm256_loadu_ps(x + j), _mm256_loadu_ps(gamma + j), _mm256_loadu_ps(beta + j));
  }
  inline __m256 load_first(size_t j, size_t count) const {
    const __m256i mask = tail_mask8(count);
    const __m256 value =
        apply(_mm256_maskload_ps(x + j, mask), _mm256_maskload_ps(gamma + j, mask), _mm256_maskload_ps(beta + j, mask));
    return _mm256_and_ps(value, _mm256_castsi256_ps(mask));
  }
};

/// x of lanes whose bit `Bit` is 0 plus that of their neighbours whose bit is 1, and the difference of the two.
template <int Bit>
inline __m256 lane_butterflies(__m256 x) {
  static_assert(Bit == 1 || Bit == 2);
  const __m256 neighbour = _mm256_permute_ps(x, Bit == 1 ? 0xB1 : 0x4E);
  const __m256 sign =
      Bit == 1 ? _mm256_setr_ps(1, -1, 1, -1, 1, -1, 1, -1) : _mm256_setr_ps(1, 1, -1, -1, 1, 1, -1, -1);
  return _mm256_fmadd_ps(x, sign, neighbour);
}

/// Half of a full group of a row, rotated as QuantizeRows says: of each 16 inputs the eight from `j` on.
struct RotatedHalf {
  static constexpr size_t kVectors = kRotationWidth / 16;
  __m256 y[kVectors];

  template <class Row>
  inline RotatedHalf(const Row& row, size_t j) {
#pragma GCC unroll 8
    for (size_t i = 0; i < kVectors; ++i) {
      y[i] = row.load(j + 16 * i);
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
      const __m256 a = y[i];
      const __m256 b = y[i + Half];
      y[i] = _mm256_add_ps(a, b);
      y[i + Half] = _mm256_sub_ps(a, b);
    }
  }
};

/// Calls visit(j, count, inputs) for all inputs of the row as they are quantised, eight at a time; of the last ones
/// there may be fewer, and zeros behind them.
template <class Row, class Visit>
inline void for_each_rotated(const Row& row, size_t width, const Visit& visit) {
  size_t j = 0;
  for (; j + kRotationWidth <= width; j += kRotationWidth) {
    for (size_t half = j; half < j + 16; half += 8) {
      const RotatedHalf group(row, half);
#pragma GCC unroll 8
      for (size_t i = 0; i < RotatedHalf::kVectors; ++i) {
        visit(half + 16 * i, size_t{8}, group.y[i]);
      }
    }
  }
  const __m256 factor = _mm256_set1_ps(kUnrotatedFactor);
  for (; j + 8 <= width; j += 8) {
    visit(j, size_t{8}, _mm256_mul_ps(row.load(j), factor));
  }
  if (j < width) {
    visit(j, width - j, _mm256_mul_ps(row.load_first(j, width - j), factor));
  }
}

template <class Row>
inline Grid grid_of(const Row& row, size_t width) {
  __m256 low = _mm256_setzero_ps();
  __m256 high = _mm256_setzero_ps();
  for_each_rotated(row, width, [&](size_t, size_t, __m256 x) {
    low = _mm256_min_ps(low, x);
    high = _mm256_max_ps(high, x);
  });
  return grid_of(horizontal_min(low), horizontal_max(high));
}

template <class Row>
inline void quantize_row(const Row& row, size_t width, uint8_t* out, float* scale, int32_t* zero) {
  const Grid grid = grid_of(row, width);
  for_each_rotated(row, width, [&](size_t j, size_t count, __m256 x) {
    if (count == 8) {
      _mm_storel_epi64(reinterpret_cast<__m128i*>(out + j), quantize(x, grid));
    } else {
      store_first_bytes(out + j, count, quantize(x, grid));
    }
  });
  *scale = grid.scale;
  *zero = grid.zero;
}

/// Σ (x − shift)^Power, in four sums that take the vectors in turn.
template <int Power>
inline float sum_of(const float* x, size_t width, float shift) {
  const __m256 s = _mm256_set1_ps(shift);
  __m256 sum[4] = {_mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps()};
  size_t j = 0;
  for (; j + 32 <= width; j += 32) {
#pragma GCC unroll 4
    for (size_t v = 0; v < 4; ++v) {
      const __m256 difference = _mm256_sub_ps(_mm256_loadu_ps(x + j + 8 * v), s);
      sum[v] = Power == 1 ? _mm256_add_ps(sum[v], difference) : _mm256_fmadd_ps(difference, difference, sum[v]);
    }
  }
  for (; j < width; j += 8) {
    const __m256i mask = tail_mask8(width - j);
    const __m256 difference =
        _mm256_and_ps(_mm256_sub_ps(_mm256_maskload_ps(x + j, mask), s), _mm256_castsi256_ps(mask));
    sum[0] = Power == 1 ? _mm256_add_ps(sum[0], difference) : _mm256_fmadd_ps(difference, difference, sum[0]);
  }
  return horizontal_sum(_mm256_add_ps(_mm256_add_ps(sum[0], sum[1]), _mm256_add_ps(sum[2], sum[3])));
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
  for (; j + 8 <= width; j += 8) {
    _mm256_storeu_ps(out + j, row.load(j));
  }
  if (j < width) {
    _mm256_maskstore_ps(out + j, tail_mask8(width - j), row.load_first(j, width - j));
  }
}

/// 64 floats at a time, by way of the level's own conversion.
inline void write_bf16(const NormalisedRow& row, size_t width, bf16* out) {
  alignas(32) float block[64];
  for (size_t j = 0; j < width; j += 64) {
    const size_t count = width - j < 64 ? width - j : 64;
    for (size_t i = 0; i < count; i += 8) {
      _mm256_store_ps(block + i, i + 8 <= count ? row.load(j + i) : row.load_first(j + i, count - i));
    }
    f32_to_bf16(block, out + j, count);
  }
}

}  // namespace

void layer_norm(const LayerNorm& n) {
  for (size_t row = 0; row < n.m; ++row) {
    const NormalisedRow y = normalise(n, row);
    if (n.out_u8 != nullptr) {
      quantize_row(y, n.width, n.out_u8 + row * n.ld_u8, n.scale + row, n.zero + row);
    }
    if (n.out_bf16 != nullptr) {
      write_bf16(y, n.width, n.out_bf16 + row * n.ld_bf16);
    }
    if (n.out_f32 != nullptr) {  // last, because out_f32 may be x
      write_floats(y, n.width, n.out_f32 + row * n.ld_f32);
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

}  // namespace vicinal::kernels::avx2
