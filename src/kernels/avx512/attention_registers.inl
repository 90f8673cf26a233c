// The registers of attention at 512 bits, for kernels/attention_pack.inl and attention_head.inl. Included after
// maths.inl.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace vicinal::kernels::avx512 {
namespace {

using Vec = __m512;
constexpr size_t kLanes = 16;

inline Vec zero() { return _mm512_setzero_ps(); }
inline Vec load(const float* p) { return _mm512_loadu_ps(p); }
inline void store(float* p, Vec v) { _mm512_storeu_ps(p, v); }
inline Vec splat(float x) { return _mm512_set1_ps(x); }
inline Vec add(Vec a, Vec b) { return _mm512_add_ps(a, b); }
inline Vec subtract(Vec a, Vec b) { return _mm512_sub_ps(a, b); }
inline Vec multiply(Vec a, Vec b) { return _mm512_mul_ps(a, b); }
inline Vec maximum(Vec a, Vec b) { return _mm512_max_ps(a, b); }
inline float horizontal_max(Vec v) { return _mm512_reduce_max_ps(v); }
inline float horizontal_sum(Vec v) { return _mm512_reduce_add_ps(v); }
inline Vec first_lanes(Vec v, size_t count, Vec others) { return _mm512_mask_mov_ps(others, tail_mask16(count), v); }

inline Vec broadcast_group(const char* p) {
  int bits = 0;
  __builtin_memcpy(&bits, p, sizeof bits);
  return _mm512_castsi512_ps(_mm512_set1_epi32(bits));
}

inline __m128 load_quad(const char* p) { return _mm_loadu_ps(reinterpret_cast<const float*>(p)); }

/// 16 bytes of each of the rows i, 4 + i, 8 + i, 12 + i.
inline Vec gather_quads(const char* const* rows, size_t i, size_t byte) {
  Vec v = _mm512_castps128_ps512(load_quad(rows[i] + byte));
  v = _mm512_insertf32x4(v, load_quad(rows[4 + i] + byte), 1);
  v = _mm512_insertf32x4(v, load_quad(rows[8 + i] + byte), 2);
  return _mm512_insertf32x4(v, load_quad(rows[12 + i] + byte), 3);
}

inline Vec unpack_low(Vec a, Vec b) { return _mm512_unpacklo_ps(a, b); }
inline Vec unpack_high(Vec a, Vec b) { return _mm512_unpackhi_ps(a, b); }
inline Vec unpack_low_pairs(Vec a, Vec b) {
  return _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(a), _mm512_castps_pd(b)));
}
inline Vec unpack_high_pairs(Vec a, Vec b) {
  return _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(a), _mm512_castps_pd(b)));
}

}  // namespace
}  // namespace vicinal::kernels::avx512
