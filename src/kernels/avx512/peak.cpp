#include "kernels/peak.h"

#include <immintrin.h>

namespace vicinal::kernels::avx512 {
namespace {

/// The empty statement makes the optimiser believe that a register was changed.
#define VICINAL_CHANGED_(x) __asm__ volatile("" : "+v"(x))

/// `step` takes a sum and two factors.
template <class Sum, class Step>
inline void repeat(size_t rounds, Sum sum, __m512i a, __m512i b, Step step) {
  Sum sums[kPeakSums];
  for (size_t i = 0; i < kPeakSums; ++i) sums[i] = sum;
  for (size_t round = 0; round < rounds; ++round) {
    VICINAL_CHANGED_(a);
    VICINAL_CHANGED_(b);
#pragma GCC unroll 12
    for (size_t i = 0; i < kPeakSums; ++i) {
      sums[i] = step(sums[i], a, b);
      VICINAL_CHANGED_(sums[i]);
    }
  }
}

}  // namespace

void spin_f32(size_t rounds) {
  const __m512i half = _mm512_castps_si512(_mm512_set1_ps(0.5F));
  repeat(rounds, _mm512_setzero_ps(), half, half, [](__m512 sum, __m512i a, __m512i b) {
    return _mm512_fmadd_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b), sum);
  });
}

void spin_bf16(size_t rounds) {
  const __m512i half = _mm512_set1_epi16(0x3F00);  // 0.5 as bfloat16
  repeat(rounds, _mm512_setzero_ps(), half, half, [](__m512 sum, __m512i a, __m512i b) {
    return _mm512_dpbf16_ps(sum, reinterpret_cast<__m512bh>(a), reinterpret_cast<__m512bh>(b));
  });
}

void spin_int8(size_t rounds) {
  const __m512i three = _mm512_set1_epi8(3);
  repeat(rounds, _mm512_setzero_si512(), three, three,
         [](__m512i sum, __m512i a, __m512i b) { return _mm512_dpbusd_epi32(sum, a, b); });
}

}  // namespace vicinal::kernels::avx512
