#include "kernels/peak.h"

#include <immintrin.h>

namespace vicinal::kernels::avx512 {
namespace {

#define VICINAL_CHANGED_(x) __asm__ volatile("" : "+v"(x))
#include "kernels/peak_sums.inl"

}  // namespace

void spin_f32(size_t rounds) {
  const __m512 half = _mm512_set1_ps(0.5F);
  repeat_step(rounds, _mm512_setzero_ps(), half, half,
              [](__m512 sum, __m512 a, __m512 b) { return _mm512_fmadd_ps(a, b, sum); });
}

void spin_bf16(size_t rounds) {
  const __m512i half = _mm512_set1_epi16(0x3F00);  // 0.5 as bfloat16
  repeat_step(rounds, _mm512_setzero_ps(), half, half, [](__m512 sum, __m512i a, __m512i b) {
    return _mm512_dpbf16_ps(sum, reinterpret_cast<__m512bh>(a), reinterpret_cast<__m512bh>(b));
  });
}

void spin_int8(size_t rounds) {
  const __m512i three = _mm512_set1_epi8(3);
  repeat_step(rounds, _mm512_setzero_si512(), three, three,
              [](__m512i sum, __m512i a, __m512i b) { return _mm512_dpbusd_epi32(sum, a, b); });
}

}  // namespace vicinal::kernels::avx512
