#include "engine/bench_cost.h"

#include <algorithm>
#include <ctime>
#include <numeric>

#include "kernels/peak.h"

namespace vicinal::engine {
namespace {

constexpr size_t kPaddedBatch = 32;  // the usual batch size of libraries that pad
constexpr double kRunSeconds = 0.01;
constexpr int kRuns = 7;

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double seconds_of(const kernels::PeakLoop& loop, size_t rounds) {
  const double start = thread_seconds();
  loop.run(rounds);
  return thread_seconds() - start;
}

double measure_peak(const kernels::PeakLoop& loop) {
  size_t rounds = 1024;
  while (seconds_of(loop, rounds) < kRunSeconds) rounds *= 2;
  double best = seconds_of(loop, rounds);
  for (int i = 1; i < kRuns; ++i) best = std::min(best, seconds_of(loop, rounds));
  return static_cast<double>(rounds * loop.operations) / best;
}

}  // namespace

BenchPeaks measure_peaks(const kernels::Table& table) {
  const kernels::PeakLoops loops = kernels::peak_loops(table);
  return {measure_peak(loops.f32), measure_peak(loops.bf16), measure_peak(loops.int8)};
}

double seconds_at_peak(const model::EncoderConfig& config, Precision precision, const BenchPeaks& peaks,
                       std::span<const size_t> lengths) {
  const double hidden = static_cast<double>(config.hidden), inner = static_cast<double>(config.intermediate);
  const double layers = static_cast<double>(config.layers);
  const double of_token = layers * 2 * (4 * hidden * hidden + 2 * hidden * inner);
  double tokens = 0, pairs = 0;
  for (const size_t length : lengths) {
    tokens += static_cast<double>(length);
    pairs += static_cast<double>(length) * static_cast<double>(length);
  }
  const double attention = pairs * 4 * hidden * layers;
  if (precision == Precision::f32) return (tokens * of_token + attention) / peaks.f32;
  return tokens * of_token / (precision == Precision::bf16 ? peaks.bf16 : peaks.int8) + attention / peaks.bf16;
}

double padding_ratio(std::span<const size_t> lengths) {
  size_t padded = 0;
  for (size_t first = 0; first < lengths.size(); first += kPaddedBatch) {
    const auto batch = lengths.subspan(first, std::min(kPaddedBatch, lengths.size() - first));
    padded += batch.size() * std::ranges::max(batch);
  }
  const size_t tokens = std::accumulate(lengths.begin(), lengths.end(), size_t{0});
  return tokens == 0 ? 1 : static_cast<double>(padded) / static_cast<double>(tokens);
}

}  // namespace vicinal::engine
