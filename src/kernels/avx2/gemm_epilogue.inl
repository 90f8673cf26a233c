// What happens to a tile of sums on its way out, while it is in the first-level cache: scales (int8), bias,
// activation, residual, conversion. For the gemm file of avx2. Private to it.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/avx2/maths.inl"
#include "kernels/types.h"

namespace vicinal::kernels::avx2 {
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

  __m256 load(size_t row, size_t column) const { return _mm256_loadu_ps(sums + row * ld + column); }
};

inline __m256i load_integers(const int32_t* from) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)); }

/// Sums of an integer product. The four arrays begin at the tile's first row and first column.
struct IntSums {
  const int32_t* sums;
  size_t ld;
  const float* row_scale;
  const int32_t* row_zero;
  const float* column_scale;
  const int32_t* column_sum;

  __m256 load(size_t row, size_t column) const {
    const __m256i zero = _mm256_set1_epi32(row_zero[row]);
    const __m256i shift = _mm256_mullo_epi32(zero, load_integers(column_sum + column));
    const __m256i sum = _mm256_sub_epi32(load_integers(sums + row * ld + column), shift);
    const __m256 scale = _mm256_mul_ps(_mm256_set1_ps(row_scale[row]), _mm256_loadu_ps(column_scale + column));
    return _mm256_mul_ps(_mm256_cvtepi32_ps(sum), scale);
  }
};

template <Activation kActivation>
inline __m256 activated(__m256 x) {
  if constexpr (kActivation == Activation::gelu_erf) return gelu_erf(x);
  if constexpr (kActivation == Activation::gelu_tanh) return gelu_tanh(x);
  return x;
}

inline __m256 load_columns(const float* from, size_t count) {
  return count >= 8 ? _mm256_loadu_ps(from) : _mm256_maskload_ps(from, tail_mask8(count));
}

inline void store_columns(const GemmOutput& y, size_t at, __m256 x, size_t count) {
  if (y.out_f32 != nullptr) {
    if (count >= 8) return _mm256_storeu_ps(y.out_f32 + at, x);
    return _mm256_maskstore_ps(y.out_f32 + at, tail_mask8(count), x);
  }
  const __m128i half = rounded_to_bf16(x);
  if (count >= 8) return _mm_storeu_si128(reinterpret_cast<__m128i*>(y.out_bf16 + at), half);
  __builtin_memcpy(y.out_bf16 + at, &half, count * sizeof(bf16));
}

template <Activation kActivation, class Sums>
inline void finish_with(const Sums& sums, const TilePlace& place, const GemmOutput& y) {
  for (size_t row = 0; row < place.rows; ++row) {
    for (size_t column = 0; column < place.columns; column += 8) {
      const size_t count = place.columns - column;
      const size_t j = place.column + column;
      __m256 x = sums.load(row, column);
      if (y.bias != nullptr) x = _mm256_add_ps(x, load_columns(y.bias + j, count));
      x = activated<kActivation>(x);
      if (y.residual != nullptr) {
        x = _mm256_add_ps(x, load_columns(y.residual + (place.row + row) * y.ld_residual + j, count));
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
}  // namespace vicinal::kernels::avx2
