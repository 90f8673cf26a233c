#include "kernels/avx512/level.h"
#include "kernels/avx512/maths.inl"

namespace vicinal::kernels::avx512 {
namespace {

/// By integers, as every level does: vcvtneps2bf16 would replace subnormal numbers by zero.
inline __m256i to_bf16(__m512 x) {
  const __m512i bits = _mm512_castps_si512(x);
  const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  const __m512i rounded = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7FFF)), odd);
  const __mmask16 is_nan = _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
  const __m512i chosen = _mm512_mask_or_epi32(rounded, is_nan, bits, _mm512_set1_epi32(0x400000));
  return _mm512_cvtepi32_epi16(_mm512_srli_epi32(chosen, 16));
}

inline __m512 from_bf16(__m256i x) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(x), 16)); }

}  // namespace

void f32_to_bf16(const float* x, bf16* y, size_t n) {
  for (size_t i = 0; i < n; i += 16) {
    const __mmask16 mask = tail_mask16(n - i);
    _mm256_mask_storeu_epi16(y + i, mask, to_bf16(_mm512_maskz_loadu_ps(mask, x + i)));
  }
}

void bf16_to_f32(const bf16* x, float* y, size_t n) {
  for (size_t i = 0; i < n; i += 16) {
    const __mmask16 mask = tail_mask16(n - i);
    _mm512_mask_storeu_ps(y + i, mask, from_bf16(_mm256_maskz_loadu_epi16(mask, x + i)));
  }
}

void f16_to_f32(const uint16_t* x, float* y, size_t n) {
  for (size_t i = 0; i < n; i += 16) {
    const __mmask16 mask = tail_mask16(n - i);
    _mm512_mask_storeu_ps(y + i, mask, _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(mask, x + i)));
  }
}

void f32_to_f16(const float* x, uint16_t* y, size_t n) {
  for (size_t i = 0; i < n; i += 16) {
    const __mmask16 mask = tail_mask16(n - i);
    const __m512 value = _mm512_maskz_loadu_ps(mask, x + i);
    _mm256_mask_storeu_epi16(y + i, mask, _mm512_cvtps_ph(value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
  }
}

}  // namespace vicinal::kernels::avx512
