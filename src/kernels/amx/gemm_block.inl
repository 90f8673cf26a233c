// The tile unit: a block of 32 rows × 32 columns as four tiles of sums. Private to each file.
//
// Eight tile registers: 0–3 sums (16 × 16), 4–5 A (16 rows × 64 bytes), 6–7 B (16 groups × 16 columns). B comes as
// panels of 16 columns (kernels/pack.h) whose K is padded to whole tiles, so that a tile of B is 1 KiB in one piece.
// Source: Intel Architecture Instruction Set Extensions Programming Reference, chapter on AMX.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/amx/tile_config.inl"

namespace vicinal::kernels::amx {
namespace {

constexpr size_t kTileColumns = 16;
constexpr size_t kTileBytes = kTileRows * kRowBytes;
constexpr size_t kBlockColumns = 2 * kTileColumns;
constexpr size_t kBlockRows = 2 * kTileRows;

struct Bf16Product {
  using Sum = float;
  static void add_upper() {
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
  }
  static void add_lower() {
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
};

struct Int8Product {
  using Sum = int32_t;
  static void add_upper() {
    _tile_dpbusd(0, 4, 6);
    _tile_dpbusd(1, 4, 7);
  }
  static void add_lower() {
    _tile_dpbusd(2, 5, 6);
    _tile_dpbusd(3, 5, 7);
  }
};

/// Rows of A as bytes.
struct RowBytes {
  const char* data;
  size_t distance;
  size_t count;  ///< bytes of a row
};

/// One or two tiles of rows, and what of them is new: near the last row tiles overlap, so that none reads past it.
/// A row's sums are the same in either tile.
struct RowBlock {
  size_t upper;       ///< first row of the upper tile
  size_t lower;       ///< first row of the lower tile, if there are two
  size_t tile_rows;   ///< rows of a tile: 16, or all rows when there are fewer
  size_t upper_done;  ///< rows of the upper tile that an earlier block wrote
  size_t lower_done;  ///< rows of the lower tile that the upper tile writes
  bool two;

  static RowBlock at(size_t row, size_t rows) {
    const size_t left = rows - row;
    if (left > kTileRows) {
      const size_t lower = left >= kBlockRows ? row + kTileRows : rows - kTileRows;
      return {row, lower, kTileRows, 0, row + kTileRows - lower, true};
    }
    const size_t tile_rows = rows < kTileRows ? rows : kTileRows;
    return {rows - tile_rows, 0, tile_rows, tile_rows - left, 0, false};
  }
};

/// The last, incomplete step of K of one tile of A, filled with zeros.
struct PaddedTile {
  alignas(64) char bytes[kTileBytes];

  void fill(const char* from, size_t distance, size_t rows, size_t count) {
    __builtin_memset(bytes, 0, sizeof bytes);
    for (size_t r = 0; r < rows; ++r) __builtin_memcpy(bytes + r * kRowBytes, from + r * distance, count);
    __asm__ volatile("" ::: "memory");  // g++ does not know that TILELOADD reads memory
  }
};

template <class Product, bool kTwo>
inline void add_step(const char* upper, const char* lower, size_t distance, const char* b0, const char* b1) {
  _tile_loadd(6, b0, kRowBytes);
  _tile_loadd(4, upper, distance);
  _tile_loadd(7, b1, kRowBytes);
  Product::add_upper();
  if constexpr (kTwo) {
    _tile_loadd(5, lower, distance);
    Product::add_lower();
  }
}

template <bool kTwo>
inline void store_block(void* sums) {
  constexpr size_t kDistance = kBlockColumns * sizeof(float);
  auto* const to = static_cast<char*>(sums);
  _tile_stored(0, to, kDistance);
  _tile_stored(1, to + kRowBytes, kDistance);
  if constexpr (kTwo) {
    _tile_stored(2, to + kTileRows * kDistance, kDistance);
    _tile_stored(3, to + kTileRows * kDistance + kRowBytes, kDistance);
  }
}

/// Sums of one block over all of K, 32 columns a row. `b` is the first of two panels, `panel_bytes` apart.
template <class Product, bool kTwo>
inline void multiply_block(const RowBytes& a, const RowBlock& rows, const char* b, size_t panel_bytes, void* sums) {
  const char* upper = a.data + rows.upper * a.distance;
  const char* lower = a.data + rows.lower * a.distance;
  _tile_zero(0);
  _tile_zero(1);
  if constexpr (kTwo) {
    _tile_zero(2);
    _tile_zero(3);
  }
  for (size_t step = 0; step < a.count / kRowBytes; ++step, upper += kRowBytes, lower += kRowBytes, b += kTileBytes) {
    add_step<Product, kTwo>(upper, lower, a.distance, b, b + panel_bytes);
  }
  if (const size_t rest = a.count % kRowBytes; rest != 0) {
    PaddedTile padded_upper;
    PaddedTile padded_lower;
    padded_upper.fill(upper, a.distance, rows.tile_rows, rest);
    if constexpr (kTwo) padded_lower.fill(lower, a.distance, rows.tile_rows, rest);
    add_step<Product, kTwo>(padded_upper.bytes, padded_lower.bytes, kRowBytes, b, b + panel_bytes);
  }
  store_block<kTwo>(sums);
}

}  // namespace
}  // namespace vicinal::kernels::amx
