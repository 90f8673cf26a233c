#pragma once
/// A bench as a table for a person and as JSON (docs/schemas/bench.json).

#include <string>

#include "vicinal/bench.h"

namespace vicinal::cli {

std::string bench_json(const BenchReport& report);
std::string bench_text(const BenchReport& report);

}  // namespace vicinal::cli
