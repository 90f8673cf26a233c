#include "kernels/peak.h"

#include <immintrin.h>

namespace vicinal::kernels::avx2 {
namespace {

#define VICINAL_CHANGED_(x) __asm__ volatile("" : "+x"(x))
#include "kernels/peak_sums.inl"

}  // namespace

void spin_f32(size_t rounds) {
  const __m256 half = _mm256_set1_ps(0.5F);
  repeat_step(rounds, _mm256_setzero_ps(), half, half,
              [](__m256 sum, __m256 a, __m256 b) { return _mm256_fmadd_ps(a, b, sum); });
}

void spin_int8(size_t rounds) {
  const __m256i three = _mm256_set1_epi16(3);
  repeat_step(rounds, _mm256_setzero_si256(), three, three, [](__m256i sum, __m256i a, __m256i b) {
    VICINAL_CHANGED_(a);  // else one product would do for all sums
    return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b));
  });
}

}  // namespace vicinal::kernels::avx2
