#pragma once
/// The most that a level's products could do: loops that only multiply and add in registers, of the instruction that
/// the level's gemm_f32, gemm_bf16 and gemm_int8 are made of. Their rate is what "per cent of the peak" means.
///
/// As in kernels/types.h nothing here is inline: the loops are compiled for their instruction set, this header for all.

#include <cstddef>

namespace vicinal::kernels {

struct Table;

struct PeakLoop {
  void (*run)(size_t rounds) = nullptr;
  size_t operations = 0;  ///< of a round; a multiplication and an addition are two
};

struct PeakLoops {
  PeakLoop f32, bf16, int8;
};

/// Of the level that `table` is.
PeakLoops peak_loops(const Table& table);

/// Independent sums of a round: enough to hide the latency of an addition on two units.
constexpr size_t kPeakSums = 12;
constexpr size_t kPeakTileProducts = 4;

namespace scalar {
void spin_f32(size_t rounds);
void spin_int8(size_t rounds);
}  // namespace scalar
namespace avx2 {
void spin_f32(size_t rounds);
void spin_int8(size_t rounds);
}  // namespace avx2
namespace avx512 {
void spin_f32(size_t rounds);
void spin_bf16(size_t rounds);
void spin_int8(size_t rounds);
}  // namespace avx512
namespace amx {
void spin_bf16(size_t rounds);
void spin_int8(size_t rounds);
}  // namespace amx

}  // namespace vicinal::kernels
