// What happens to a tile of sums on its way out, while it is in the first-level cache: scales (int8), bias,
// activation, residual, conversion. For the gemm files of avx512 and amx. Private to each file.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/avx512/maths.inl"
#include "kernels/types.h"

namespace vicinal::kernels::avx512 {
namespace {

/// Where a tile lies in the output. `columns` counts real output features only, not the padding of a panel.
struct TilePlace {
  size_t row;
  size_t column;
  size_t rows;
  size_t columns;
};

/// Masks cost more than plain moves on some processors, so full vectors go without.
inline __m512 load_columns(const float* from, size_t count) {
  return count >= 16 ? _mm512_loadu_ps(from) : _mm512_maskz_loadu_ps(tail_mask16(count), from);
}

/// Sums of a float product, row distance `ld`.
struct FloatSums {
  const float* sums;
  size_t ld;

  struct Column {
    __m512 bias;
    Column(const FloatSums& /*sums*/, size_t /*column*/, __m512 b) : bias(b) {}
  };

  inline __m512 value(const Column& c, size_t row, size_t column) const {
    return _mm512_add_ps(_mm512_loadu_ps(sums + row * ld + column), c.bias);
  }
};

/// Sums of an integer product. The four arrays begin at the tile's first row and first column.
/// value = row_scale · column_scale · (sum − row_zero · column_sum) + bias; the difference is exact.
struct IntSums {
  const int32_t* sums;
  size_t ld;
  const float* row_scale;
  const int32_t* row_zero;
  const float* column_scale;
  const int32_t* column_sum;

  struct Column {
    __m512i sum;
    __m512 scale, bias;
    Column(const IntSums& s, size_t column, __m512 b)
        : sum(_mm512_loadu_si512(s.column_sum + column)), scale(_mm512_loadu_ps(s.column_scale + column)), bias(b) {}
  };

  inline __m512 value(const Column& c, size_t row, size_t column) const {
    const __m512i shift = _mm512_mullo_epi32(_mm512_set1_epi32(row_zero[row]), c.sum);
    const __m512i sum = _mm512_sub_epi32(_mm512_loadu_si512(sums + row * ld + column), shift);
    return _mm512_fmadd_ps(_mm512_set1_ps(row_scale[row]), _mm512_mul_ps(_mm512_cvtepi32_ps(sum), c.scale), c.bias);
  }
};

/// Two neighbouring vectors of a row, after bias and scales, to their place in a matrix of floats.
template <Activation kActivation, bool kResidual>
struct FloatEnd {
  static inline void store(const GemmOutput& y, size_t row, size_t column, __m512 low, __m512 high) {
    float* const to = y.out_f32 + row * y.ld_out + column;
    _mm512_storeu_ps(to, end(y, row, column, low));
    _mm512_storeu_ps(to + 16, end(y, row, column + 16, high));
  }

  static inline __m512 end(const GemmOutput& y, size_t row, size_t column, __m512 x) {
    if constexpr (kActivation == Activation::gelu_erf) x = gelu_erf(x);
    if constexpr (kActivation == Activation::gelu_tanh) x = gelu_tanh(x);
    if constexpr (kResidual) x = _mm512_add_ps(x, _mm512_loadu_ps(y.residual + row * y.ld_residual + column));
    return x;
  }
};

/// The same to bf16: vcvtne2ps2bf16 rounds to nearest even and takes denormal numbers as 0.
template <Activation kActivation>
struct Bf16End {
  static inline void store(const GemmOutput& y, size_t row, size_t column, __m512 low, __m512 high) {
    const auto both = reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(end(high), end(low)));
    _mm512_storeu_si512(y.out_bf16 + row * y.ld_out + column, both);
  }

  static inline __m512 end(__m512 x) {
    if constexpr (kActivation == Activation::gelu_erf) return gelu_erf_short(x);
    if constexpr (kActivation == Activation::gelu_tanh) return gelu_tanh(x);
    return x;
  }
};

/// The first 32 · n columns of a tile.
template <class End, class Sums>
__attribute__((noinline)) void finish_pairs(const Sums& sums, const TilePlace& place, const GemmOutput& y) {
  for (size_t column = 0; column + 32 <= place.columns; column += 32) {
    const size_t j = place.column + column;
    const bool biased = y.bias != nullptr;
    const typename Sums::Column low(sums, column, biased ? _mm512_loadu_ps(y.bias + j) : _mm512_setzero_ps());
    const typename Sums::Column high(sums, column + 16,
                                     biased ? _mm512_loadu_ps(y.bias + j + 16) : _mm512_setzero_ps());
#pragma GCC unroll 2
    for (size_t row = 0; row < place.rows; ++row) {
      End::store(y, place.row + row, j, sums.value(low, row, column), sums.value(high, row, column + 16));
    }
  }
}

inline __m512 activated(const GemmOutput& y, __m512 x) {
  switch (y.activation) {
    case Activation::none:
      return x;
    case Activation::gelu_erf:
      return y.out_f32 != nullptr ? gelu_erf(x) : gelu_erf_short(x);
    case Activation::gelu_tanh:
      return gelu_tanh(x);
  }
  return x;
}

inline void store_columns(const GemmOutput& y, size_t at, __m512 x, size_t count) {
  const __mmask16 mask = tail_mask16(count);
  if (y.out_f32 != nullptr) return _mm512_mask_storeu_ps(y.out_f32 + at, mask, x);
  _mm256_mask_storeu_epi16(y.out_bf16 + at, mask, reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x)));
}

/// Columns from `first` on, whatever is asked of them: what pairs of vectors leave.
template <class Sums>
__attribute__((noinline)) void finish_rest(const Sums& sums, size_t first, const TilePlace& place,
                                           const GemmOutput& y) {
  for (size_t column = first; column < place.columns; column += 16) {
    const size_t count = place.columns - column;
    const size_t j = place.column + column;
    const typename Sums::Column c(sums, column,
                                  y.bias != nullptr ? load_columns(y.bias + j, count) : _mm512_setzero_ps());
    for (size_t row = 0; row < place.rows; ++row) {
      __m512 x = activated(y, sums.value(c, row, column));
      if (y.residual != nullptr) {
        x = _mm512_add_ps(x, load_columns(y.residual + (place.row + row) * y.ld_residual + j, count));
      }
      store_columns(y, (place.row + row) * y.ld_out + j, x, count);
    }
  }
}

/// Handles the pairs of vectors of what the encoders ask for; returns how many columns that were.
template <class Sums>
inline size_t finish_common(const Sums& sums, const TilePlace& place, const GemmOutput& y) {
  const bool residual = y.residual != nullptr;
  if (place.columns < 32 || (residual && (y.out_bf16 != nullptr || y.activation != Activation::none))) return 0;
  if (residual) {
    finish_pairs<FloatEnd<Activation::none, true>>(sums, place, y);
  } else if (y.activation == Activation::none) {
    y.out_f32 != nullptr ? finish_pairs<FloatEnd<Activation::none, false>>(sums, place, y)
                         : finish_pairs<Bf16End<Activation::none>>(sums, place, y);
  } else if (y.activation == Activation::gelu_erf) {
    y.out_f32 != nullptr ? finish_pairs<FloatEnd<Activation::gelu_erf, false>>(sums, place, y)
                         : finish_pairs<Bf16End<Activation::gelu_erf>>(sums, place, y);
  } else {
    y.out_f32 != nullptr ? finish_pairs<FloatEnd<Activation::gelu_tanh, false>>(sums, place, y)
                         : finish_pairs<Bf16End<Activation::gelu_tanh>>(sums, place, y);
  }
  return place.columns / 32 * 32;
}

template <class Sums>
inline void finish_tile(const Sums& sums, const TilePlace& place, const GemmOutput& y) {
  const size_t done = finish_common(sums, place, y);
  if (done < place.columns) finish_rest(sums, done, place, y);
}

}  // namespace
}  // namespace vicinal::kernels::avx512
