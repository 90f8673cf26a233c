// A tile of up to 6 rows × 16 columns whose 12 sums stay in registers over a stretch of K. Private to each file.
//
// B comes as panels of 16 columns (kernels/pack.h). f32 reads A in place and takes all of K in one stretch; bf16 and
// int8 widen kStretch groups of A at a time onto the stack, and their sums wait in memory between two stretches,
// which changes no bit of them.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/avx2/gemm_epilogue.inl"
#include "kernels/avx2/gemm_products.inl"

namespace vicinal::kernels::avx2 {
namespace {

#include "kernels/row_tiles.inl"

constexpr size_t kTileRows = 6;
constexpr size_t kPanelColumns = 16;
constexpr size_t kStretch = 128;            // groups of A widened at a time: 6 KiB for six rows
constexpr size_t kBlockBytes = 128 * 1024;  // of A, in a second-level cache of 256 KiB beside a panel of B

/// Rows of A as bytes.
struct RowBytes {
  const char* data;
  size_t distance;
  size_t count;  ///< bytes of a row
};

template <class Product, size_t kRows>
struct TileSums {
  typename Product::Vector v[kRows][2];

  void clear() {
#pragma GCC unroll 6
    for (size_t r = 0; r < kRows; ++r) v[r][0] = v[r][1] = Product::zero();
  }
  void load(const typename Product::Sum* from) {
#pragma GCC unroll 6
    for (size_t r = 0; r < kRows; ++r) {
      __builtin_memcpy(&v[r][0], from + r * kPanelColumns, sizeof v[r][0]);
      __builtin_memcpy(&v[r][1], from + r * kPanelColumns + 8, sizeof v[r][1]);
    }
  }
  void store(typename Product::Sum* to) const {
#pragma GCC unroll 6
    for (size_t r = 0; r < kRows; ++r) {
      __builtin_memcpy(to + r * kPanelColumns, &v[r][0], sizeof v[r][0]);
      __builtin_memcpy(to + r * kPanelColumns + 8, &v[r][1], sizeof v[r][1]);
    }
  }

  /// Unit kUnit of one group. `a` is the first row's, the others follow at `distance` bytes.
  template <size_t kUnit>
  void add(const char* a, size_t distance, const uint32_t* b) {
    const __m256i b0 = Product::template widen<kUnit>(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(b)));
    const __m256i b1 = Product::template widen<kUnit>(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(b + 8)));
#pragma GCC unroll 6
    for (size_t r = 0; r < kRows; ++r) {
      int32_t unit;
      __builtin_memcpy(&unit, a + r * distance + 4 * kUnit, sizeof unit);
      const __m256i a_r = _mm256_set1_epi32(unit);
      v[r][0] = Product::add(v[r][0], a_r, b0);
      v[r][1] = Product::add(v[r][1], a_r, b1);
      // All 16 registers are in use: g++ would regroup the additions and load ahead, and spill sums for it.
      __asm__ volatile("" : "+x"(v[r][0]), "+x"(v[r][1]));
    }
  }
};

/// Adds `groups` groups to the tile in `sums`, which begins anew when `first`. `a` is in widened units.
template <class Product, size_t kRows>
__attribute__((noinline)) void add_groups(const char* a, size_t distance, const uint32_t* b, size_t groups, bool first,
                                          typename Product::Sum* sums) {
  TileSums<Product, kRows> tile;
  if (first) {
    tile.clear();
  } else {
    tile.load(sums);
  }
  for (size_t i = 0; i < groups; ++i, a += 4 * Product::kUnits, b += kPanelColumns) {
    tile.template add<0>(a, distance, b);
    if constexpr (Product::kUnits == 2) tile.template add<1>(a, distance, b);
  }
  tile.store(sums);
}

/// Groups of one row in widened units; the last group ends with zeros where the row ends within it.
template <class Product>
inline void widen_row(const char* row, size_t bytes, uint32_t* units) {
  for (; bytes >= 4; bytes -= 4, row += 4, units += Product::kUnits) {
    uint32_t group;
    __builtin_memcpy(&group, row, sizeof group);
    Product::widen_group(group, units);
  }
  if (bytes == 0) return;
  uint32_t rest = 0;
  __builtin_memcpy(&rest, row, bytes);
  Product::widen_group(rest, units);
}

template <class Product, size_t kRows>
inline void multiply_rows(const RowBytes& a, const uint32_t* b, typename Product::Sum* sums) {
  if constexpr (Product::kUnits == 1) {
    add_groups<Product, kRows>(a.data, a.distance, b, a.count / 4, true, sums);
  } else {
    uint32_t units[kRows * kStretch * Product::kUnits];
    constexpr size_t kRowUnits = kStretch * Product::kUnits;
    for (size_t done = 0; done < a.count || done == 0; done += 4 * kStretch, b += kStretch * kPanelColumns) {
      const size_t bytes = a.count - done < 4 * kStretch ? a.count - done : 4 * kStretch;
      for (size_t r = 0; r < kRows; ++r) {
        widen_row<Product>(a.data + r * a.distance + done, bytes, units + r * kRowUnits);
      }
      add_groups<Product, kRows>(reinterpret_cast<const char*>(units), 4 * kRowUnits, b, (bytes + 3) / 4, done == 0,
                                 sums);
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
                  multiply_tile<Product>(count, {a.data + first * a.distance, a.distance, a.count},
                                         b + panel * panel_groups, sums);
                  const size_t column = panel * kPanelColumns;
                  const size_t columns = w.n - column < kPanelColumns ? w.n - column : kPanelColumns;
                  finish(sums, TilePlace{first, column, count, columns});
                });
}

}  // namespace
}  // namespace vicinal::kernels::avx2
