#include "engine/bench_measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <fstream>
#include <string>

namespace vicinal::engine {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kFewestCalls = 20, kMostCalls = 5000;

double process_cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double passed(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

}  // namespace

BenchMeasure::BenchMeasure(const embed::LocalEmbedder& embedder, const BenchProfile& profile, const Watch& watch)
    : embedder_(embedder),
      profile_(profile),
      watch_(watch),
      texts_(profile.texts.begin(), profile.texts.end()),
      vectors_(texts_.size(), embedder.dimensions()) {}

Result<> BenchMeasure::embed(size_t first, size_t count, BenchTiming& timing) {
  EmbedReport report;
  const size_t width = vectors_.cols();
  const base::MutableMatrixView out{vectors_.row(first).data(), count, width, width};
  VICINAL_TRY_VOID(embedder_.embed(std::span(texts_).subspan(first, count), profile_.role, out, &report,
                                   {.progress = {}, .stop = watch_.stop}));
  timing.tokens += report.tokens;
  timing.texts += count;
  timing.encode_cpu += report.encode_seconds;
  timing.idle += report.idle_seconds;
  return {};
}

Result<> BenchMeasure::pass(BenchTiming& timing) {
  if (!profile_.one_by_one) return embed(0, texts_.size(), timing);
  for (size_t i = 0; i < texts_.size(); ++i) VICINAL_TRY_VOID(embed(i, 1, timing));
  return {};
}

Result<BenchTiming> BenchMeasure::repeat(double seconds) {
  BenchTiming timing;
  const double cpu_start = process_cpu_seconds();
  const Clock::time_point start = Clock::now();
  do {
    VICINAL_TRY_VOID(pass(timing));
  } while (passed(start) < seconds);
  timing.wall = passed(start);
  timing.cpu = process_cpu_seconds() - cpu_start;
  return timing;
}

Result<std::vector<double>> BenchMeasure::latencies_ms(double seconds) {
  std::vector<double> times;
  BenchTiming unused;
  const Clock::time_point first = Clock::now();
  while (times.size() < kFewestCalls || (times.size() < kMostCalls && passed(first) < seconds)) {
    const Clock::time_point start = Clock::now();
    VICINAL_TRY_VOID(embed(times.size() % texts_.size(), 1, unused));
    times.push_back(passed(start) * 1e3);
  }
  std::ranges::sort(times);
  return times;
}

double quantile(const std::vector<double>& sorted, double share) {
  const double place = std::ceil(share * static_cast<double>(sorted.size()));
  return sorted[std::min(static_cast<size_t>(std::max(place, 1.0)), sorted.size()) - 1];
}

size_t peak_memory_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6)) * 1024;
  return 0;
}

void reset_peak_memory() { std::ofstream("/proc/self/clear_refs") << "5\n"; }  // Linux: Documentation/filesystems/proc

}  // namespace vicinal::engine
