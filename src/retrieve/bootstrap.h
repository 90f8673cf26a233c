#pragma once
/// How far a mean of per-query differences could lie elsewhere, had other queries of the kind been asked.

#include <cstddef>
#include <cstdint>
#include <span>

namespace vicinal::retrieve {

struct Interval {
  double low = 0;
  double high = 0;
};

struct BootstrapOptions {
  size_t draws = 2000;
  double coverage = 0.95;  ///< above 0, below 1
  uint64_t seed = 1;
};

/// Percentile bootstrap (Efron 1979) of the mean of paired differences. REQUIRES: at least one difference and draw.
Interval bootstrap_mean(std::span<const double> differences, const BootstrapOptions& options = {});

}  // namespace vicinal::retrieve
