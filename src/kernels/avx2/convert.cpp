#include "kernels/avx2/level.h"
#include "kernels/avx2/maths.inl"

namespace vicinal::kernels::avx2 {
namespace {

inline __m256 from_bf16(__m128i x) { return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(x), 16)); }

/// The last elements of an array, fewer than 8, go through a block of 8.
inline __m128i load_first(const uint16_t* x, size_t count) {
  alignas(16) uint16_t block[8] = {};
  for (size_t i = 0; i < count; ++i) {
    block[i] = x[i];
  }
  return _mm_load_si128(reinterpret_cast<const __m128i*>(block));
}

inline void store_first(uint16_t* y, size_t count, __m128i value) {
  alignas(16) uint16_t block[8];
  _mm_store_si128(reinterpret_cast<__m128i*>(block), value);
  for (size_t i = 0; i < count; ++i) {
    y[i] = block[i];
  }
}

inline __m128i to_f16(__m256 x) { return _mm256_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }

}  // namespace

void f32_to_bf16(const float* x, bf16* y, size_t n) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(y + i), rounded_to_bf16(_mm256_loadu_ps(x + i)));
  }
  if (i < n) {
    store_first(y + i, n - i, rounded_to_bf16(_mm256_maskload_ps(x + i, tail_mask8(n - i))));
  }
}

void bf16_to_f32(const bf16* x, float* y, size_t n) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    _mm256_storeu_ps(y + i, from_bf16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(x + i))));
  }
  if (i < n) {
    _mm256_maskstore_ps(y + i, tail_mask8(n - i), from_bf16(load_first(x + i, n - i)));
  }
}

void f16_to_f32(const uint16_t* x, float* y, size_t n) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    _mm256_storeu_ps(y + i, _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(x + i))));
  }
  if (i < n) {
    _mm256_maskstore_ps(y + i, tail_mask8(n - i), _mm256_cvtph_ps(load_first(x + i, n - i)));
  }
}

void f32_to_f16(const float* x, uint16_t* y, size_t n) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(y + i), to_f16(_mm256_loadu_ps(x + i)));
  }
  if (i < n) {
    store_first(y + i, n - i, to_f16(_mm256_maskload_ps(x + i, tail_mask8(n - i))));
  }
}

}  // namespace vicinal::kernels::avx2
