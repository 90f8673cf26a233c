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

/// Sums of a float product, row distance `ld`.
struct FloatSums {
  const float* sums;
  size_t ld;

  __m512 load(size_t row, size_t column) const { return _mm512_loadu_ps(sums + row * ld + column); }
};

/// Sums of an integer product. The four arrays begin at the tile's first row and first column.
struct IntSums {
  const int32_t* sums;
  size_t ld;
  const float* row_scale;
  const int32_t* row_zero;
  const float* column_scale;
  const int32_t* column_sum;

  __m512 load(size_t row, size_t column) const {
    const __m512i zero = _mm512_set1_epi32(row_zero[row]);
    const __m512i shift = _mm512_mullo_epi32(zero, _mm512_loadu_si512(column_sum + column));
    const __m512i sum = _mm512_sub_epi32(_mm512_loadu_si512(sums + row * ld + column), shift);
    const __m512 scale = _mm512_mul_ps(_mm512_set1_ps(row_scale[row]), _mm512_loadu_ps(column_scale + column));
    return _mm512_mul_ps(_mm512_cvtepi32_ps(sum), scale);
  }
};

template <Activation kActivation>
inline __m512 activated(__m512 x) {
  if constexpr (kActivation == Activation::gelu_erf) return gelu_erf(x);
  if constexpr (kActivation == Activation::gelu_tanh) return gelu_tanh(x);
  return x;
}

/// Masks cost more than plain moves on some processors, so full vectors go without.
inline __m512 load_columns(const float* from, size_t count) {
  return count >= 16 ? _mm512_loadu_ps(from) : _mm512_maskz_loadu_ps(tail_mask16(count), from);
}

/// vcvtneps2bf16 rounds to nearest even and takes denormal numbers as 0.
inline void store_columns(const GemmOutput& y, size_t at, __m512 x, size_t count) {
  if (y.out_f32 != nullptr) {
    if (count >= 16) return _mm512_storeu_ps(y.out_f32 + at, x);
    return _mm512_mask_storeu_ps(y.out_f32 + at, tail_mask16(count), x);
  }
  const __m256i half = reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x));
  if (count >= 16) return _mm256_storeu_si256(reinterpret_cast<__m256i*>(y.out_bf16 + at), half);
  _mm256_mask_storeu_epi16(y.out_bf16 + at, tail_mask16(count), half);
}

template <Activation kActivation, class Sums>
inline void finish_with(const Sums& sums, const TilePlace& place, const GemmOutput& y) {
  for (size_t row = 0; row < place.rows; ++row) {
    for (size_t column = 0; column < place.columns; column += 16) {
      const size_t count = place.columns - column;
      const size_t j = place.column + column;
      __m512 x = sums.load(row, column);
      if (y.bias != nullptr) x = _mm512_add_ps(x, load_columns(y.bias + j, count));
      x = activated<kActivation>(x);
      if (y.residual != nullptr) {
        x = _mm512_add_ps(x, load_columns(y.residual + (place.row + row) * y.ld_residual + j, count));
      }
      store_columns(y, (place.row + row) * y.ld_out + j, x, count);
    }
  }
}

template <class Sums>
inline void finish_tile(const Sums& sums, const TilePlace& place, const GemmOutput& y) {
  switch (y.activation) {
    case Activation::none:
      return finish_with<Activation::none>(sums, place, y);
    case Activation::gelu_erf:
      return finish_with<Activation::gelu_erf>(sums, place, y);
    case Activation::gelu_tanh:
      return finish_with<Activation::gelu_tanh>(sums, place, y);
  }
}

}  // namespace
}  // namespace vicinal::kernels::avx512
