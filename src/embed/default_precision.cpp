#include "embed/default_precision.h"

#include <algorithm>

namespace vicinal::embed {
namespace {

/// The levels below avx512 compute bf16 in f32 (kernels/table.h).
bool multiplies_bf16(const kernels::Table& table) {
  return std::ranges::any_of(kernels::origins(table), [](const kernels::KernelOrigin& origin) {
    const std::string_view level = origin.level;
    return std::string_view(origin.kernel) == "gemm_bf16" && (level == "avx512" || level == "amx");
  });
}

}  // namespace

DefaultPrecision default_precision(const kernels::Table& table) {
  if (multiplies_bf16(table)) return {Precision::bf16, "bf16 instructions are used, and scores stay those of f32"};
  return {Precision::f32, "no bf16 instructions are used, so that bf16 would be no faster"};
}

}  // namespace vicinal::embed
