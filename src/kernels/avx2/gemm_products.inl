// The three products of avx2: how A is widened, and how one group of a panel meets it. Private to each file.
//
// Without bf16 and int8 instructions, bf16 means f32 arithmetic on bf16-rounded numbers, and int8 means pairs of
// 16-bit products (vpmaddwd), which are exact where vpmaddubsw would saturate. A is widened once for a tile into
// 32-bit units, which the tile then broadcasts; B is widened in registers.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace vicinal::kernels::avx2 {
namespace {

struct F32Product {
  using Sum = float;
  using Vector = __m256;
  static constexpr size_t kUnits = 1;  // widened units of A to one group of B
  static Vector zero() { return _mm256_setzero_ps(); }
  static Vector add(Vector sum, __m256i a, __m256i b) {
    return _mm256_fmadd_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), sum);
  }
  template <size_t kUnit>
  static __m256i widen(__m256i b) {
    return b;
  }
};

struct Bf16Product {
  using Sum = float;
  using Vector = __m256;
  static constexpr size_t kUnits = 2;  // the two elements, as floats
  static Vector zero() { return _mm256_setzero_ps(); }
  static Vector add(Vector sum, __m256i a, __m256i b) { return F32Product::add(sum, a, b); }
  template <size_t kUnit>
  static __m256i widen(__m256i b) {
    if constexpr (kUnit == 0) return _mm256_slli_epi32(b, 16);
    return _mm256_slli_epi32(_mm256_srli_epi32(b, 16), 16);  // no register is left for a mask
  }
  static void widen_group(uint32_t group, uint32_t* units) {
    units[0] = group << 16;
    units[1] = group & 0xFFFF0000U;
  }
};

struct Int8Product {
  using Sum = int32_t;
  using Vector = __m256i;
  static constexpr size_t kUnits = 2;  // elements 0 and 2, then 1 and 3, as 16-bit numbers
  static Vector zero() { return _mm256_setzero_si256(); }
  static Vector add(Vector sum, __m256i a, __m256i b) { return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b)); }
  template <size_t kUnit>
  static __m256i widen(__m256i b) {
    if constexpr (kUnit == 0) return _mm256_srai_epi16(_mm256_slli_epi16(b, 8), 8);
    return _mm256_srai_epi16(b, 8);
  }
  static void widen_group(uint32_t group, uint32_t* units) {
    units[0] = group & 0x00FF00FFU;
    units[1] = (group >> 8) & 0x00FF00FFU;
  }
};

}  // namespace
}  // namespace vicinal::kernels::avx2
