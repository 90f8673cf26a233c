#include "kernels/peak.h"

#include <immintrin.h>

namespace vicinal::kernels::avx2 {
namespace {

/// The empty statement makes the optimiser believe that a register was changed.
#define VICINAL_CHANGED_(x) __asm__ volatile("" : "+x"(x))

}  // namespace

void spin_f32(size_t rounds) {
  __m256 a = _mm256_set1_ps(0.5F), b = _mm256_set1_ps(0.25F);
  __m256 sums[kPeakSums] = {};
  for (size_t round = 0; round < rounds; ++round) {
    VICINAL_CHANGED_(a);
    VICINAL_CHANGED_(b);
#pragma GCC unroll 12
    for (size_t i = 0; i < kPeakSums; ++i) {
      sums[i] = _mm256_fmadd_ps(a, b, sums[i]);
      VICINAL_CHANGED_(sums[i]);
    }
  }
}

void spin_int8(size_t rounds) {
  __m256i a = _mm256_set1_epi16(3), b = _mm256_set1_epi16(5);
  __m256i sums[kPeakSums] = {};
  for (size_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (size_t i = 0; i < kPeakSums; ++i) {
      VICINAL_CHANGED_(a);  // else one product would do for all
      VICINAL_CHANGED_(b);
      sums[i] = _mm256_add_epi32(sums[i], _mm256_madd_epi16(a, b));
      VICINAL_CHANGED_(sums[i]);
    }
  }
}

}  // namespace vicinal::kernels::avx2
