#pragma once
/// What the processor offers and the operating system lets us use.

namespace vicinal::kernels {

/// One flag per level; a flag stands for all the extensions that the level's files are compiled for, and for the
/// operating system saving their registers.
struct CpuFeatures {
  bool avx2 = false;    ///< AVX2, FMA, F16C
  bool avx512 = false;  ///< avx2, and AVX-512 F, BW, VL, DQ, VNNI, BF16, VPOPCNTDQ
  bool amx = false;     ///< avx512, and AMX-TILE, AMX-BF16, AMX-INT8, granted to this process
};

/// Asks CPUID and XGETBV, and the kernel for permission to use AMX tiles, which then holds for the whole process.
/// Thread-safe; the same answer at every call.
CpuFeatures detect_cpu_features();

}  // namespace vicinal::kernels
