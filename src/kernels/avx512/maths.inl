// Functions of one register of 16 floats, for the avx512 files of this folder (and amx's). Private to each file.
// Polynomials: minimax fits of tools/fit_kernel_polynomials.py, which states their errors; Horner's scheme.
// vector_test.cpp holds what follows from them for softmax and the activations.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace vicinal::kernels::avx512 {
namespace {

inline __mmask16 tail_mask16(size_t count) {
  return static_cast<__mmask16>(count >= 16 ? 0xFFFFU : (1U << count) - 1U);
}

/// y split into the nearest whole number and what is left of it, for -2^22 < y < 2^22: an addition that leaves no
/// bits behind the point. The low bits of `shifted` are the whole number.
struct WholeAndRest {
  __m512 shifted;
  __m512 rest;
};
inline WholeAndRest split(__m512 y) {
  const __m512 magic = _mm512_set1_ps(12582912.0F);  // 1.5 · 2^23
  const __m512 shifted = _mm512_add_ps(y, magic);
  return {shifted, _mm512_sub_ps(y, _mm512_sub_ps(shifted, magic))};
}

/// p · 2^whole for p near 1: adds to the exponent. Cheaper than vscalefps where results stay normal numbers.
inline __m512 scale_by_power(__m512 p, __m512 shifted) {
  return _mm512_castsi512_ps(
      _mm512_add_epi32(_mm512_castps_si512(p), _mm512_slli_epi32(_mm512_castps_si512(shifted), 23)));
}

/// 2^y for -125 <= y < 127. Largest relative error 1.6e-7.
inline __m512 exp2_fast(__m512 y) {
  const WholeAndRest w = split(y);
  __m512 p = _mm512_set1_ps(0.00132647F);
  p = _mm512_fmadd_ps(p, w.rest, _mm512_set1_ps(0.00967151F));
  p = _mm512_fmadd_ps(p, w.rest, _mm512_set1_ps(0.05550734F));
  p = _mm512_fmadd_ps(p, w.rest, _mm512_set1_ps(0.24022242F));
  p = _mm512_fmadd_ps(p, w.rest, _mm512_set1_ps(0.69314698F));
  p = _mm512_fmadd_ps(p, w.rest, _mm512_set1_ps(1.0F));
  return scale_by_power(p, w.shifted);
}

/// Any y into the range of the functions above and below; NaN stays. The largest of huge scores may lie above its own
/// rounding by more than any exponent, so that "at most 0" is not to be relied upon; 2^64 leaves room for values.
inline __m512 into_range(__m512 y) {
  return _mm512_max_ps(_mm512_set1_ps(-125.0F), _mm512_min_ps(_mm512_set1_ps(64.0F), y));
}

/// exp2_fast with relative error 1e-4: for values that are rounded to bf16.
inline __m512 exp2_short(__m512 y) {
  const WholeAndRest w = split(y);
  __m512 p = _mm512_set1_ps(0.05500893F);
  p = _mm512_fmadd_ps(p, w.rest, _mm512_set1_ps(0.24221096F));
  p = _mm512_fmadd_ps(p, w.rest, _mm512_set1_ps(0.69328293F));
  p = _mm512_fmadd_ps(p, w.rest, _mm512_set1_ps(1.0F));
  return scale_by_power(p, w.shifted);
}

/// exp2_short for y down to -infinity, where it is 2^-125: 0 beside a probability.
inline __m512 exp2_short_of_any(__m512 y) { return exp2_short(into_range(y)); }

/// e^x within 1.5 ulp where the result is normal; 0 below -104, infinity from 88.73 on; NaN stays.
/// The argument is reduced with ln 2 in two parts (W. J. Cody, W. Waite: Software Manual for the Elementary Functions).
inline __m512 exp(__m512 x) {
  x = _mm512_max_ps(_mm512_set1_ps(-110.0F), _mm512_min_ps(_mm512_set1_ps(100.0F), x));
  const __m512 whole = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504F)),
                                            _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512 r = _mm512_fnmadd_ps(whole, _mm512_set1_ps(0.693359375F), x);
  r = _mm512_fnmadd_ps(whole, _mm512_set1_ps(-2.12194440e-4F), r);
  __m512 p = _mm512_set1_ps(0.001384365286F);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.008374155469F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.04166800206F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.1666643126F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.4999999421F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0F));
  return _mm512_scalef_ps(p, whole);
}

/// max(x, 0) − |x| · 2^p, with p = log2 of the share of |x| that a GELU takes away. `a` is |x|, bounded where that
/// share has long been less than half an ulp of anything.
inline __m512 gelu_of_log2(__m512 x, __m512 a, __m512 share) {
  return _mm512_fnmadd_ps(a, share, _mm512_max_ps(_mm512_setzero_ps(), x));
}

/// GELU x · Φ(x) = x · (1 + erf(x / √2)) / 2, with log2 Φ(−|x|) as a polynomial in |x|.
/// Largest error 3e-7 · |x| beside rounding of the result.
inline __m512 gelu_erf(__m512 x) {
  const __m512 a = _mm512_min_ps(_mm512_set1_ps(9.0F), _mm512_abs_ps(x));
  __m512 p = _mm512_set1_ps(1.77552630e-5F);
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-6.47758296e-4F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(7.72404456e-3F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-5.29267390e-2F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-0.459082736F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-1.15111686F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-1.0F));
  return gelu_of_log2(x, a, exp2_fast(p));
}

/// The same with an error of 1e-4 of the share: for results that are rounded to bf16.
inline __m512 gelu_erf_short(__m512 x) {
  const __m512 a = _mm512_min_ps(_mm512_set1_ps(9.0F), _mm512_abs_ps(x));
  __m512 p = _mm512_set1_ps(0.00478239F);
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-0.04830613F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-0.46179854F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-1.15065491F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-1.0F));
  return gelu_of_log2(x, a, exp2_short(p));
}

/// GELU's tanh form x · (1 + tanh u) / 2, u = √(2/π) · (x + 0.044715 x³), with log2 of the sigmoid of −2u(|x|) as a
/// polynomial in |x|. Largest error 1e-7 · |x| beside rounding of the result.
inline __m512 gelu_tanh(__m512 x) {
  const __m512 a = _mm512_min_ps(_mm512_set1_ps(16.0F), _mm512_abs_ps(x));
  __m512 p = _mm512_set1_ps(-7.959126181e-6F);
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(8.166678189e-5F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-0.0001657958313F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-0.0006198054706F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(0.0006105502588F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(0.007001333647F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-0.05115309208F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-0.4592920023F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-1.151099453F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-1.0F));
  return gelu_of_log2(x, a, exp2_fast(_mm512_max_ps(_mm512_set1_ps(-120.0F), p)));
}

}  // namespace
}  // namespace vicinal::kernels::avx512
