#pragma once
/// Times one embedder on one profile.

#include <string_view>
#include <vector>

#include "engine/bench_profile.h"

namespace vicinal::engine {

/// Seconds of one or more passes over a profile's texts.
struct BenchTiming {
  size_t tokens = 0, texts = 0;
  double cpu = 0, wall = 0, encode_cpu = 0, idle = 0;

  double per_cpu_second(size_t count) const { return static_cast<double>(count) / cpu; }
  double per_second(size_t count) const { return static_cast<double>(count) / wall; }
};

/// Not thread-safe. Embedder and profile outlive it.
class BenchMeasure {
 public:
  BenchMeasure(const embed::LocalEmbedder& embedder, const BenchProfile& profile, const Watch& watch);

  /// Passes until `seconds` are over, one at least.
  Result<BenchTiming> repeat(double seconds);
  /// Milliseconds of calls with one text each, in rising order: 20 at least, then until `seconds` are over.
  Result<std::vector<double>> latencies_ms(double seconds);
  /// The vectors of the last pass.
  const Matrix& vectors() const { return vectors_; }

 private:
  Result<> pass(BenchTiming& timing);
  Result<> embed(size_t first, size_t count, BenchTiming& timing);

  const embed::LocalEmbedder& embedder_;
  const BenchProfile& profile_;
  const Watch& watch_;
  std::vector<std::string_view> texts_;
  Matrix vectors_;
};

/// The value that `share` of the sorted values do not exceed.
double quantile(const std::vector<double>& sorted, double share);

/// The most resident memory since the last `reset_peak_memory`; since the process began where the system cannot reset.
size_t peak_memory_bytes();
void reset_peak_memory();

}  // namespace vicinal::engine
