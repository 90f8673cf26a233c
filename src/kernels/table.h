#pragma once
/// The maths of the encoder and of search on raw buffers: one table of functions per instruction-set level.
///
/// Legend: M = rows (tokens), N = output features, K = input features, D = width of a vector, n = rows of one
/// sequence. Row-major; `ld…` is the distance of two rows in elements. No function allocates, throws, locks or
/// starts threads; buffers are the caller's. Reads never pass the end of a row, except in packed weights.
///
/// Order of accumulation depends on level, element type and K alone: a row's result is the same bit for bit
/// whatever M, its place in the batch, or its neighbours. Each level is tested against `scalar`.
///
/// Levels: scalar (the reference, reads like the formula), avx2 (AVX2, FMA, F16C), avx512 (F, BW, VL, DQ, VNNI,
/// BF16, VPOPCNTDQ), amx (avx512 with AMX-TILE, AMX-BF16, AMX-INT8: bf16 and int8 products, bf16 attention).

#include <span>

#include "kernels/types.h"
#include "vicinal/result.h"

namespace vicinal::kernels {

/// The best level of this machine, or the one that VICINAL_CPU names. Chosen on first use.
/// Unknown name: invalid_argument; a level this machine cannot run: unsupported. Never a silent fallback.
Result<const Table*> choose();

/// choose().value(): for code that runs after a program has checked choose() at its start.
const Table& active();

/// Every level this machine can run, scalar first: for tests and `vicinal cpu`.
std::span<const Table* const> available();

/// The level whose code runs behind one entry of a table ("amx" takes most of avx512's): {"gemm_bf16", "amx"} ….
struct KernelOrigin {
  const char* kernel;
  const char* level;
};
std::span<const KernelOrigin> origins(const Table& table);

}  // namespace vicinal::kernels
