#pragma once
/// Measures this machine: how fast is the encoder, at which length, at which precision?

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "vicinal/embedder.h"
#include "vicinal/progress.h"
#include "vicinal/result.h"

namespace vicinal {
inline namespace v0 {

struct BenchOptions {
  std::string model{};
  EmbedderOptions embedder;
  std::vector<std::string> lengths = {"16", "128", "512", "mixed"};  ///< tokens per text, or "mixed" (8 to 256)
  std::vector<std::string> texts{};                                  ///< what "mixed" embeds; empty: made ones
  size_t repeats = 5;
  double seconds = 1.0;  ///< of work per repeat, at least
};

/// Texts are made of common words to an exact number of tokens. All figures include tokenization: it is the path that
/// a caller takes. CPU seconds are the process's, all threads added, so that other work on the machine does not count.
struct BenchRow {
  std::string length;
  size_t texts = 0, tokens = 0;
  double tokens_per_cpu_second_median = 0, tokens_per_cpu_second_best = 0;
  double spread = 0;                  ///< (best - worst) / median of the repeats
  double tokens_per_second_best = 0;  ///< wall
  double texts_per_second_best = 0;   ///< wall
  double latency_ms_p50 = 0;          ///< one text alone
};

struct BenchReport {
  std::string model, precision, level, cpu, version;
  size_t threads = 0;
  std::vector<BenchRow> rows;
};

Result<BenchReport> bench_encode(const BenchOptions& options, const Watch& watch = {});

}  // namespace v0
}  // namespace vicinal
