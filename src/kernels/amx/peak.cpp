#include "kernels/peak.h"

#include "kernels/amx/tile_config.inl"

namespace vicinal::kernels::amx {
namespace {

/// Tiles as gemm_block.inl uses them: four of sums, two of A, two of B.
inline void clear_tiles() {
  configure_tiles(kTileRows);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_zero(4);
  _tile_zero(5);
  _tile_zero(6);
  _tile_zero(7);
}

}  // namespace

void spin_bf16(size_t rounds) {
  clear_tiles();
  for (size_t round = 0; round < rounds; ++round) {
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  _tile_release();
}

void spin_int8(size_t rounds) {
  clear_tiles();
  for (size_t round = 0; round < rounds; ++round) {
    _tile_dpbusd(0, 4, 6);
    _tile_dpbusd(1, 4, 7);
    _tile_dpbusd(2, 5, 6);
    _tile_dpbusd(3, 5, 7);
  }
  _tile_release();
}

}  // namespace vicinal::kernels::amx
