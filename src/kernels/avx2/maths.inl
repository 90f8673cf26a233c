// Functions of one register of 8 floats, for the avx2 files of this folder. Private to each file.
// Polynomials: minimax fits of tools/fit_kernel_polynomials.py, which states their errors; Horner's scheme.
// vector_test.cpp holds what follows from them for softmax and the activations.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace vicinal::kernels::avx2 {
namespace {

/// First `count` lanes (at most 8) as a mask for maskload and maskstore.
inline __m256i tail_mask8(size_t count) {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count > 8 ? 8 : count)), lane);
}

inline __m256 abs(__m256 x) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0F), x); }

/// p · 2^whole for integers in [-252, 254], in two steps so that results below the normal range are rounded once more
/// and not cut.
inline __m256 scale_by_power(__m256 p, __m256 whole) {
  const __m256i n = _mm256_cvtps_epi32(whole);
  const __m256i half = _mm256_srai_epi32(n, 1);
  const __m256i bias = _mm256_set1_epi32(127);
  const __m256i first = _mm256_slli_epi32(_mm256_add_epi32(half, bias), 23);
  const __m256i second = _mm256_slli_epi32(_mm256_add_epi32(_mm256_sub_epi32(n, half), bias), 23);
  return _mm256_mul_ps(_mm256_mul_ps(p, _mm256_castsi256_ps(first)), _mm256_castsi256_ps(second));
}

/// 2^r for r in [0, 1], relative error 9e-8 beside rounding.
inline __m256 exp2_of_fraction(__m256 r) {
  __m256 p = _mm256_set1_ps(0.00186713048F);
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0.009017029181F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0.05579991423F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0.2401644497F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0.6931513119F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0F));
  return p;
}

/// 2^y for y < infinity. Largest relative error 2.5e-7 where the result is normal; 0 below y = -150; NaN stays.
inline __m256 exp2_fast(__m256 y) {
  y = _mm256_max_ps(_mm256_set1_ps(-160.0F), _mm256_min_ps(_mm256_set1_ps(200.0F), y));
  const __m256 whole = _mm256_floor_ps(y);
  return scale_by_power(exp2_of_fraction(_mm256_sub_ps(y, whole)), whole);
}

/// 2^y for y ≤ 0, with 0 for what lies below the normal range (y < -126); NaN stays.
inline __m256 exp2_of_negative(__m256 y) {
  y = _mm256_max_ps(_mm256_set1_ps(-127.0F), y);
  const __m256 whole = _mm256_floor_ps(y);
  const __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(whole), _mm256_set1_epi32(127));
  return _mm256_mul_ps(exp2_of_fraction(_mm256_sub_ps(y, whole)), _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23)));
}

/// e^x within 1.5 ulp where the result is normal; 0 below -104, infinity from 88.73 on; NaN stays.
/// The argument is reduced with ln 2 in two parts (W. J. Cody, W. Waite: Software Manual for the Elementary Functions).
inline __m256 exp(__m256 x) {
  x = _mm256_max_ps(_mm256_set1_ps(-110.0F), _mm256_min_ps(_mm256_set1_ps(100.0F), x));
  const __m256 whole =
      _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504F)), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m256 r = _mm256_fnmadd_ps(whole, _mm256_set1_ps(0.693359375F), x);
  r = _mm256_fnmadd_ps(whole, _mm256_set1_ps(-2.12194440e-4F), r);
  __m256 p = _mm256_set1_ps(0.001384365286F);
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0.008374155469F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0.04166800206F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0.1666643126F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0.4999999421F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0F));
  return scale_by_power(p, whole);
}

/// max(x, 0) − |x| · 2^p, with p = log2 of the share of |x| that a GELU takes away. `a` is |x|, at most 16, where
/// that share has long been 0.
inline __m256 gelu_of_log2(__m256 x, __m256 a, __m256 p) {
  return _mm256_fnmadd_ps(a, exp2_fast(p), _mm256_max_ps(_mm256_setzero_ps(), x));
}

/// GELU x · Φ(x) = x · (1 + erf(x / √2)) / 2, with log2 Φ(−|x|) as a polynomial in |x|.
/// Largest error 1e-7 · |x| beside rounding of the result.
inline __m256 gelu_erf(__m256 x) {
  const __m256 a = _mm256_min_ps(_mm256_set1_ps(16.0F), abs(x));
  __m256 p = _mm256_set1_ps(-2.834922767e-6F);
  p = _mm256_fmadd_ps(p, a, _mm256_set1_ps(3.937777834e-5F));
  p = _mm256_fmadd_ps(p, a, _mm256_set1_ps(-0.0001861805065F));
  p = _mm256_fmadd_ps(p, a, _mm256_set1_ps(-0.0001369360494F));
  p = _mm256_fmadd_ps(p, a, _mm256_set1_ps(0.007063420019F));
  p = _mm256_fmadd_ps(p, a, _mm256_set1_ps(-0.05249617836F));
  p = _mm256_fmadd_ps(p, a, _mm256_set1_ps(-0.4592081967F));
  p = _mm256_fmadd_ps(p, a, _mm256_set1_ps(-1.151105205F));
  p = _mm256_fmadd_ps(p, a, _mm256_set1_ps(-1.0F));
  return gelu_of_log2(x, a, p);
}

/// GELU's tanh form x · (1 + tanh u) / 2, u = √(2/π) · (x + 0.044715 x³), with log2 of the sigmoid of −2u(|x|) as a
/// polynomial in |x|. Largest error 1e-7 · |x| beside rounding of the result.
inline __m256 gelu_tanh(__m256 x) {
  const __m256 a = _mm256_min_ps(_mm256_set1_ps(16.0F), abs(x));
  __m256 p = _mm256_set1_ps(-7.959126181e-6F);
  p = _mm256_fmadd_ps(p, a, _mm256_set1_ps(8.166678189e-5F));
  p = _mm256_fmadd_ps(p, a, _mm256_set1_ps(-0.0001657958313F));
  p = _mm256_fmadd_ps(p, a, _mm256_set1_ps(-0.0006198054706F));
  p = _mm256_fmadd_ps(p, a, _mm256_set1_ps(0.0006105502588F));
  p = _mm256_fmadd_ps(p, a, _mm256_set1_ps(0.007001333647F));
  p = _mm256_fmadd_ps(p, a, _mm256_set1_ps(-0.05115309208F));
  p = _mm256_fmadd_ps(p, a, _mm256_set1_ps(-0.4592920023F));
  p = _mm256_fmadd_ps(p, a, _mm256_set1_ps(-1.151099453F));
  p = _mm256_fmadd_ps(p, a, _mm256_set1_ps(-1.0F));
  return gelu_of_log2(x, a, p);
}

/// 8 floats as bf16: rounds to nearest even on the bits; a NaN keeps its upper bits and becomes quiet.
inline __m128i rounded_to_bf16(__m256 x) {
  const __m256i bits = _mm256_castps_si256(x);
  const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
  const __m256i rounded = _mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7FFF)));
  const __m256i quiet = _mm256_or_si256(bits, _mm256_set1_epi32(0x400000));
  const __m256i is_nan = _mm256_castps_si256(_mm256_cmp_ps(x, x, _CMP_UNORD_Q));
  const __m256i high = _mm256_srli_epi32(_mm256_blendv_epi8(rounded, quiet, is_nan), 16);
  return _mm_packus_epi32(_mm256_castsi256_si128(high), _mm256_extracti128_si256(high, 1));
}

}  // namespace
}  // namespace vicinal::kernels::avx2
