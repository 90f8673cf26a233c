#include "vicinal/cpu.h"

#include <cstdlib>
#include <fstream>

#include "base/check.h"
#include "base/thread_pool.h"
#include "embed/default_precision.h"
#include "kernels/table.h"

namespace vicinal {
inline namespace v0 {
namespace {

/// The first "model name" line of /proc/cpuinfo, which is the processor's own brand string.
std::string processor_name() {
  std::ifstream lines("/proc/cpuinfo");
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("model name")) continue;
    const size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

}  // namespace

Result<CpuReport> cpu_report() {
  VICINAL_TRY(const kernels::Table* table, kernels::choose());
  const char* forced = std::getenv("VICINAL_CPU");
  CpuReport report;
  report.name = processor_name();
  report.level = table->level;
  report.reason = forced != nullptr && *forced != '\0' ? "VICINAL_CPU" : "best available";
  for (const kernels::Table* level : kernels::available()) report.available.emplace_back(level->level);
  for (const kernels::KernelOrigin& origin : kernels::origins(*table))
    report.kernels.emplace_back(origin.kernel, origin.level);
  const embed::DefaultPrecision chosen = embed::default_precision(*table);
  report.default_precision = precision_name(chosen.precision);
  report.default_precision_reason = chosen.reason;
  report.cores = base::usable_cores();
  return report;
}

}  // namespace v0
}  // namespace vicinal
