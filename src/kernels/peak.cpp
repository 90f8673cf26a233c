#include "kernels/peak.h"

#include <string_view>

#include "kernels/table.h"

namespace vicinal::kernels {
namespace {

/// Two operations for each of `elements` products, in all sums.
constexpr size_t of_sums(size_t elements) { return kPeakSums * elements * 2; }
/// A tile product: 16 × 16 sums over `depth` elements.
constexpr size_t of_tiles(size_t depth) { return kPeakTileProducts * 16 * 16 * depth * 2; }

}  // namespace

PeakLoops peak_loops(const Table& table) {
  const std::string_view level = table.level;
  const PeakLoop wide_f32{avx512::spin_f32, of_sums(16)};
  if (level == "amx") return {wide_f32, {amx::spin_bf16, of_tiles(32)}, {amx::spin_int8, of_tiles(64)}};
  if (level == "avx512") return {wide_f32, {avx512::spin_bf16, of_sums(32)}, {avx512::spin_int8, of_sums(64)}};
  // Without bf16 instructions bf16 is multiplied as f32.
  const bool avx2 = level == "avx2";
  const PeakLoop f32 = avx2 ? PeakLoop{avx2::spin_f32, of_sums(8)} : PeakLoop{scalar::spin_f32, of_sums(1)};
  return {f32, f32, avx2 ? PeakLoop{avx2::spin_int8, of_sums(16)} : PeakLoop{scalar::spin_int8, of_sums(1)}};
}

}  // namespace vicinal::kernels
