#pragma once
/// What this processor offers and what of it is used.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "vicinal/result.h"

namespace vicinal {
inline namespace v0 {

struct CpuReport {
  std::string name;                                          ///< as the processor calls itself
  std::string level;                                         ///< in use: "scalar", "avx2", "avx512" or "amx"
  std::string reason;                                        ///< "best available" or "VICINAL_CPU"
  std::vector<std::string> available;                        ///< levels this machine can run
  std::vector<std::pair<std::string, std::string>> kernels;  ///< kernel → the level whose code runs
  std::string default_precision;                             ///< "bf16" or "f32": used where none is named
  std::string default_precision_reason;                      ///< one clause for a person
  size_t cores = 0;                                          ///< usable by this process (affinity, cgroup quota)
};

/// VICINAL_CPU names a level this machine lacks, or no level at all: unsupported / invalid_argument.
Result<CpuReport> cpu_report();

}  // namespace v0
}  // namespace vicinal
