#pragma once
/// The choice of a level, with its inputs as arguments so that tests can try every machine.

#include <span>

#include "kernels/cpu_features.h"
#include "kernels/table.h"

namespace vicinal::kernels {

/// The tables that a machine with `features` can run, scalar first, best last.
std::span<const Table* const> tables_for(const CpuFeatures& features);

/// What choose() does: `wanted` is the value of VICINAL_CPU, null or empty for the best level.
Result<const Table*> choose_from(const char* wanted, const CpuFeatures& features);

}  // namespace vicinal::kernels
