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

/// 2^y for y < infinity. Largest relative error 2.5e-7 where the result is normal; 0 from y = -150 down; NaN stays.
inline __m512 exp2_fast(__m512 y) {
  const __m512 r = _mm512_reduce_ps(y, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);  // y − floor(y)
  __m512 p = _mm512_set1_ps(0.00186713048F);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.009017029181F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.05579991423F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.2401644497F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.6931513119F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0F));
  return _mm512_scalef_ps(p, y);  // p · 2^floor(y)
}

/// The same with relative error 9e-5: for values that are rounded to bf16.
inline __m512 exp2_short(__m512 y) {
  const __m512 r = _mm512_reduce_ps(y, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
  __m512 p = _mm512_set1_ps(0.07706735209F);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.2276444471F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.6951170150F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0F));
  return _mm512_scalef_ps(p, y);
}

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

/// max(x, 0) − |x| · 2^p, with p = log2 of the share of |x| that a GELU takes away. `a` is |x|, at most 16, where
/// that share has long been 0.
inline __m512 gelu_of_log2(__m512 x, __m512 a, __m512 p) {
  return _mm512_fnmadd_ps(a, exp2_fast(p), _mm512_max_ps(_mm512_setzero_ps(), x));
}

/// GELU x · Φ(x) = x · (1 + erf(x / √2)) / 2, with log2 Φ(−|x|) as a polynomial in |x|.
/// Largest error 1e-7 · |x| beside rounding of the result.
inline __m512 gelu_erf(__m512 x) {
  const __m512 a = _mm512_min_ps(_mm512_set1_ps(16.0F), _mm512_abs_ps(x));
  __m512 p = _mm512_set1_ps(-2.834922767e-6F);
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(3.937777834e-5F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-0.0001861805065F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-0.0001369360494F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(0.007063420019F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-0.05249617836F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-0.4592081967F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-1.151105205F));
  p = _mm512_fmadd_ps(p, a, _mm512_set1_ps(-1.0F));
  return gelu_of_log2(x, a, p);
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
  return gelu_of_log2(x, a, p);
}

}  // namespace
}  // namespace vicinal::kernels::avx512
