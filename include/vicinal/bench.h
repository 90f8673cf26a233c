#pragma once
/// Measures this machine: how fast is the encoder, at which length, precision and number of threads, and how much of
/// the machine does it use?

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
  std::vector<Precision> precisions{};  ///< empty: the embedder's own
  std::vector<size_t> threads{};        ///< empty: the embedder's own
  /// Tokens per text; or "query" (16 tokens in the role query, one text a call), or "mixed" (10 to 500, half of them
  /// below 30, with a long tail).
  std::vector<std::string> lengths = {"query", "8", "16", "32", "128", "512", "mixed"};
  std::vector<std::string> texts{};  ///< what "mixed" embeds; empty: made ones
  size_t repeats = 5;
  double seconds = 1.0;  ///< of work per repeat, at least
  bool control = false;  ///< measures the first configuration twice: what the two differ by is noise
};

/// Texts are made of common words to an exact number of tokens. Configurations are measured in turn, repeat by repeat,
/// so that a change of the machine's mood meets all of them. CPU seconds are the process's, all threads added, so that
/// other work on the machine does not count; they include tokenizing unless the name says "encode".
struct BenchRow {
  std::string length, precision;
  size_t threads = 0;
  bool control = false;  ///< the first configuration once more
  size_t texts = 0, tokens = 0;
  double tokens_per_cpu_second_median = 0, tokens_per_cpu_second_best = 0;
  double spread = 0;                               ///< (best - worst) / median of the repeats
  double encode_tokens_per_cpu_second_median = 0;  ///< the forward passes alone
  double texts_per_cpu_second_median = 0;
  double tokens_per_second_best = 0;  ///< wall
  double texts_per_second_best = 0;   ///< wall
  double speedup = 0;     ///< of tokens_per_second_best over the first number of threads of this length and precision
  double idle_share = 0;  ///< of the threads' wall time spent waiting for each other
  double latency_ms_p50 = 0, latency_ms_p95 = 0, latency_ms_p99 = 0;  ///< one text alone, warm
  size_t latency_runs = 0;
  double peak_share = 0;  ///< CPU seconds that the arithmetic would take at the machine's peak ÷ those taken (best)
  double padding_ratio =
      0;                  ///< tokens that batches of 32 in this order, padded to their longest, would compute ÷ tokens
  double min_cosine = 0;  ///< of the row's texts to their f32 vectors
  size_t peak_rss_bytes = 0;  ///< of a process that embeds this row with this configuration alone
};

/// Operations a CPU second of one core in registers, a multiplication and an addition being two.
struct BenchPeaks {
  double f32 = 0, bf16 = 0, int8 = 0;
};

struct BenchReport {
  std::string model, level, cpu, version;
  BenchPeaks peaks;
  std::vector<BenchRow> rows;
};

Result<BenchReport> bench_encode(const BenchOptions& options, const Watch& watch = {});

}  // namespace v0
}  // namespace vicinal
