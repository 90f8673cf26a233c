#include "kernels/amx/gemm_block.inl"
#include "kernels/amx/level.h"
#include "kernels/avx512/gemm_epilogue.inl"
#include "kernels/avx512/level.h"
#include "kernels/pack.h"

namespace vicinal::kernels::amx {
namespace {

using avx512::FloatSums;
using avx512::IntSums;
using avx512::TilePlace;

constexpr PanelShape kShape = {
    .columns = kTileColumns, .panel_multiple = 2, .group_multiple = 16, .narrow = avx512::f32_to_bf16};
constexpr size_t kCachedBytes = 1024 * 1024;  // of A, in a second-level cache of 2 MiB beside two panels of B

size_t padded(size_t value, size_t multiple) { return (value + multiple - 1) / multiple * multiple; }

/// Rows of A that stay in the second-level cache while all panels pass by.
size_t rows_at_a_time(size_t row_bytes) {
  const size_t blocks = kCachedBytes / (kBlockRows * (row_bytes + 1));
  return (blocks == 0 ? 1 : blocks) * kBlockRows;
}

/// Calls finish(sums, place) for what is new of each tile of a block.
template <class Sum, class Finish>
inline void finish_block(const Sum* sums, const RowBlock& rows, size_t column, size_t columns, const Finish& finish) {
  finish(sums + rows.upper_done * kBlockColumns,
         TilePlace{rows.upper + rows.upper_done, column, rows.tile_rows - rows.upper_done, columns});
  if (!rows.two) return;
  finish(sums + (kTileRows + rows.lower_done) * kBlockColumns,
         TilePlace{rows.lower + rows.lower_done, column, kTileRows - rows.lower_done, columns});
}

/// All of the product of `rows` rows with the packed weight; finish(sums, place) gets every output once.
template <class Product, class Finish>
inline void multiply(const RowBytes& a, size_t rows, const PackedWeight& w, const Finish& finish) {
  if (rows == 0 || w.n == 0) return;
  configure_tiles(rows < kTileRows ? rows : kTileRows);
  const size_t panel_bytes = padded(a.count, kRowBytes) * kTileColumns;
  const size_t chunk = rows_at_a_time(a.count);
  for (size_t begin = 0; begin < rows; begin += chunk) {
    const size_t end = begin + chunk < rows ? begin + chunk : rows;
    const auto* b = static_cast<const char*>(w.data);
    for (size_t column = 0; column < w.n; column += kBlockColumns, b += 2 * panel_bytes) {
      const size_t columns = w.n - column < kBlockColumns ? w.n - column : kBlockColumns;
      for (size_t row = begin; row < end; row += kBlockRows) {
        const RowBlock block = RowBlock::at(row, rows);
        alignas(64) typename Product::Sum sums[kBlockRows * kBlockColumns];
        if (block.two) {
          multiply_block<Product, true>(a, block, b, panel_bytes, sums);
        } else {
          multiply_block<Product, false>(a, block, b, panel_bytes, sums);
        }
        finish_block(sums, block, column, columns, finish);
      }
    }
  }
  _tile_release();
}

}  // namespace

size_t packed_bytes(WeightType type, size_t n, size_t k) {
  return type == WeightType::f32 ? avx512::packed_bytes(type, n, k) : packed_panel_bytes(kShape, type, n, k);
}

void pack(WeightType type, const float* w, size_t ldw, size_t n, size_t k, void* packed) {
  if (type == WeightType::f32) return avx512::pack(type, w, ldw, n, k, packed);
  pack_panels(kShape, type, w, ldw, n, k, packed);
}

void gemm_bf16(const GemmBf16& g) {
  const RowBytes a = {reinterpret_cast<const char*>(g.a), g.lda * sizeof(bf16), g.w.k * sizeof(bf16)};
  multiply<Bf16Product>(a, g.m, g.w, [&](const float* sums, const TilePlace& place) {
    avx512::finish_tile(FloatSums{sums, kBlockColumns}, place, g.y);
  });
}

void gemm_int8(const GemmInt8& g) {
  const size_t columns = padded(g.w.n, kBlockColumns);
  const auto* const scales =
      reinterpret_cast<const float*>(static_cast<const char*>(g.w.data) + columns * padded(g.w.k, kRowBytes));
  const auto* const weight_sums = reinterpret_cast<const int32_t*>(scales + columns);
  multiply<Int8Product>({reinterpret_cast<const char*>(g.a), g.lda, g.w.k}, g.m, g.w,
                        [&](const int32_t* sums, const TilePlace& place) {
                          avx512::finish_tile(IntSums{sums, kBlockColumns, g.scale + place.row, g.zero + place.row,
                                                      scales + place.column, weight_sums + place.column},
                                              place, g.y);
                        });
}

}  // namespace vicinal::kernels::amx
