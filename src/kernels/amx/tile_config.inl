// The shape of the eight tile registers. Private to each file of this folder.
// Source: Intel Architecture Instruction Set Extensions Programming Reference, chapter on AMX.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace vicinal::kernels::amx {
namespace {

constexpr size_t kTileRows = 16;
constexpr size_t kRowBytes = 64;  // of a tile

/// Memory form of LDTILECFG, palette 1.
struct alignas(64) TileConfig {
  uint8_t palette;
  uint8_t start_row;
  uint8_t reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
};

/// Tiles 0 to 5 get `rows` rows (at most 16), 6 and 7 all 16.
inline void configure_tiles(size_t rows) {
  TileConfig config = {};
  config.palette = 1;
  for (size_t tile = 0; tile < 8; ++tile) {
    config.row_bytes[tile] = kRowBytes;
    config.rows[tile] = static_cast<uint8_t>(tile < 6 ? rows : kTileRows);
  }
  _tile_loadconfig(&config);
}

}  // namespace
}  // namespace vicinal::kernels::amx
