// A tile of up to 6 rows × 64 columns whose 24 sums stay in registers over all of K. Private to each file.
//
// B comes as panels of 64 columns (kernels/pack.h), A row by row as 32-bit broadcasts of 1, 2 or 4 elements. Six rows
// use 24 sums + 4 of B + 1 of A of the 32 registers, and touch few enough rows of A for an 8-way cache.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/avx512/gemm_epilogue.inl"

namespace vicinal::kernels::avx512 {
namespace {

#include "kernels/row_tiles.inl"

constexpr size_t kTileRows = 6;
constexpr size_t kPanelColumns = 64;
constexpr size_t kBlockBytes = 384 * 1024;  // of A, in a second-level cache of 1 MiB beside a panel of B

struct F32Product {
  using Sum = float;
  using Vector = __m512;
  static Vector zero() { return _mm512_setzero_ps(); }
  static Vector load(const Sum* from) { return _mm512_load_ps(from); }
  static void store(Sum* to, Vector v) { _mm512_store_ps(to, v); }
  static Vector add(Vector sum, __m512i a, __m512i b) {
    return _mm512_fmadd_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b), sum);
  }
};

struct Bf16Product : F32Product {
  static Vector add(Vector sum, __m512i a, __m512i b) {
    return _mm512_dpbf16_ps(sum, reinterpret_cast<__m512bh>(a), reinterpret_cast<__m512bh>(b));
  }
};

struct Int8Product {
  using Sum = int32_t;
  using Vector = __m512i;
  static Vector zero() { return _mm512_setzero_si512(); }
  static Vector load(const Sum* from) { return _mm512_load_si512(from); }
  static void store(Sum* to, Vector v) { _mm512_store_si512(to, v); }
  static Vector add(Vector sum, __m512i a, __m512i b) { return _mm512_dpbusd_epi32(sum, a, b); }
};

/// Rows of A as bytes.
struct RowBytes {
  const char* data;
  size_t distance;
  size_t count;  ///< bytes of a row
};

inline __m512i broadcast_group(const char* from) {
  int32_t group;
  __builtin_memcpy(&group, from, sizeof group);
  return _mm512_set1_epi32(group);
}

/// sums [kRows, 64] = a [kRows, groups] · b [groups, 64]. The array of sums must be plain and every loop over it
/// unrolled: where g++ sees its address taken, it writes the sums to memory at each step, at a third of the speed.
template <class Product, size_t kRows>
__attribute__((noinline)) void multiply_rows(const RowBytes& a, const uint32_t* b, typename Product::Sum* sums) {
  typename Product::Vector sum[kRows][4];
#pragma GCC unroll 6
  for (size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (size_t c = 0; c < 4; ++c) sum[r][c] = Product::zero();
  }
  const char* row = a.data;
  const char* const end = row + a.count / 4 * 4;
  for (; row != end; row += 4, b += kPanelColumns) {
    const __m512i b0 = _mm512_loadu_si512(b);
    const __m512i b1 = _mm512_loadu_si512(b + 16);
    const __m512i b2 = _mm512_loadu_si512(b + 32);
    const __m512i b3 = _mm512_loadu_si512(b + 48);
#pragma GCC unroll 6
    for (size_t r = 0; r < kRows; ++r) {
      const __m512i group = broadcast_group(row + r * a.distance);
      sum[r][0] = Product::add(sum[r][0], group, b0);
      sum[r][1] = Product::add(sum[r][1], group, b1);
      sum[r][2] = Product::add(sum[r][2], group, b2);
      sum[r][3] = Product::add(sum[r][3], group, b3);
    }
  }
#pragma GCC unroll 6
  for (size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (size_t c = 0; c < 4; ++c) Product::store(sums + r * kPanelColumns + 16 * c, sum[r][c]);
  }
}

/// Adds the last group of each row where it ends within the group: zeros stand for what is behind the row.
template <class Product>
__attribute__((noinline)) void add_last_group(size_t rows, const RowBytes& a, const uint32_t* b,
                                              typename Product::Sum* sums) {
  const size_t full = a.count / 4;
  for (size_t r = 0; r < rows; ++r) {
    char group[4] = {};
    __builtin_memcpy(group, a.data + r * a.distance + full * 4, a.count % 4);
    for (size_t c = 0; c < kPanelColumns; c += 16, sums += 16) {
      const __m512i weights = _mm512_loadu_si512(b + full * kPanelColumns + c);
      Product::store(sums, Product::add(Product::load(sums), broadcast_group(group), weights));
    }
  }
}

template <class Product>
void multiply_tile(size_t rows, const RowBytes& a, const uint32_t* b, typename Product::Sum* sums) {
  switch (rows) {
    case 1:
      return multiply_rows<Product, 1>(a, b, sums);
    case 2:
      return multiply_rows<Product, 2>(a, b, sums);
    case 3:
      return multiply_rows<Product, 3>(a, b, sums);
    case 4:
      return multiply_rows<Product, 4>(a, b, sums);
    case 5:
      return multiply_rows<Product, 5>(a, b, sums);
    default:
      return multiply_rows<Product, 6>(a, b, sums);
  }
}

/// Calls finish(sums, place) with every tile of the product of `rows` rows with the packed weight.
template <class Product, class Finish>
void multiply(const RowBytes& a, size_t rows, const PackedWeight& w, const Finish& finish) {
  if (rows == 0 || w.n == 0) return;
  const size_t panel_groups = (a.count + 3) / 4 * kPanelColumns;
  const size_t panels = (w.n + kPanelColumns - 1) / kPanelColumns;
  const auto* const b = static_cast<const uint32_t*>(w.data);
  const RowTiles tiles = RowTiles::cut(rows, kTileRows);
  for_each_tile(tiles, panels, kBlockBytes / (kTileRows * (a.count + 1)),
                [&](size_t panel, size_t first, size_t count) __attribute__((always_inline)) {
                  alignas(64) typename Product::Sum sums[kTileRows * kPanelColumns];
                  const RowBytes tile = {a.data + first * a.distance, a.distance, a.count};
                  multiply_tile<Product>(count, tile, b + panel * panel_groups, sums);
                  if (a.count % 4 != 0) add_last_group<Product>(count, tile, b + panel * panel_groups, sums);
                  const size_t column = panel * kPanelColumns;
                  const size_t columns = w.n - column < kPanelColumns ? w.n - column : kPanelColumns;
                  finish(sums, TilePlace{first, column, count, columns});
                });
}

}  // namespace
}  // namespace vicinal::kernels::avx512
