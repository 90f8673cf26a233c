// Sums and extremes over the lanes of one register, in a fixed order, for the avx2 files of this folder.

#include <immintrin.h>

namespace vicinal::kernels::avx2 {
namespace {

/// Lanes 0 … 3 plus lanes 4 … 7.
inline __m128 fold(__m256 x) { return _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1)); }

/// (l0 + l1) + (l2 + l3)
inline float horizontal_sum(__m128 x) {
  const __m128 pairs = _mm_hadd_ps(x, x);
  return _mm_cvtss_f32(_mm_hadd_ps(pairs, pairs));
}

inline float horizontal_sum(__m256 x) { return horizontal_sum(fold(x)); }

inline float horizontal_max(__m256 x) {
  __m128 m = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
  m = _mm_max_ps(m, _mm_movehl_ps(m, m));
  return _mm_cvtss_f32(_mm_max_ss(m, _mm_movehdup_ps(m)));
}

inline float horizontal_min(__m256 x) {
  __m128 m = _mm_min_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
  m = _mm_min_ps(m, _mm_movehl_ps(m, m));
  return _mm_cvtss_f32(_mm_min_ss(m, _mm_movehdup_ps(m)));
}

}  // namespace
}  // namespace vicinal::kernels::avx2
