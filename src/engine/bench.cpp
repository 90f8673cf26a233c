#include "vicinal/bench.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>

#include "engine/bench_texts.h"
#include "engine/embedder_impl.h"
#include "engine/resolve_model.h"
#include "vicinal/cpu.h"
#include "vicinal/version.h"

namespace vicinal {
inline namespace v0 {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kPassTokensPerThread = 4096;  // of one pass over a length's texts: several micro-batches
constexpr size_t kMixedTexts = 256, kMixedLongest = 256;
constexpr size_t kFewestLatencyRuns = 5, kMostLatencyRuns = 31;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/// Tokens of a text; "mixed": the longest.
Result<size_t> parse_length(const std::string& length) {
  if (length == "mixed") return kMixedLongest;
  size_t tokens = 0;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), tokens);
  if (error == std::errc() && end == length.data() + length.size() && tokens >= 8 && tokens <= 65536) return tokens;
  return Error(Code::invalid_argument, "a length is a number of tokens from 8 on, or \"mixed\"").with("length", length);
}

struct Measured {
  double tokens_per_cpu_second = 0, tokens_per_second = 0, texts_per_second = 0;
};

class LengthBench {
 public:
  LengthBench(const embed::LocalEmbedder& embedder, const BenchOptions& options, const Watch& watch)
      : embedder_(embedder), options_(options), watch_(watch) {}

  Result<BenchRow> measure(const std::string& length, std::span<const std::string> texts);

 private:
  Result<size_t> pass();
  Result<Measured> repeat();
  Result<double> latency_ms();

  const embed::LocalEmbedder& embedder_;
  const BenchOptions& options_;
  const Watch& watch_;
  std::vector<std::string_view> texts_;
  Matrix out_;
};

/// Embeds all texts once; the tokens that were encoded.
Result<size_t> LengthBench::pass() {
  EmbedReport report;
  const base::MutableMatrixView out{out_.values().data(), out_.rows(), out_.cols(), out_.cols()};
  VICINAL_TRY_VOID(embedder_.embed(texts_, Role::document, out, &report, {.progress = {}, .stop = watch_.stop}));
  return report.tokens;
}

Result<Measured> LengthBench::repeat() {
  size_t tokens = 0, texts = 0;
  const double cpu_start = cpu_seconds();
  const Clock::time_point start = Clock::now();
  do {
    VICINAL_TRY(const size_t done, pass());
    tokens += done;
    texts += texts_.size();
  } while (seconds_since(start) < options_.seconds);
  const double wall = seconds_since(start), cpu = cpu_seconds() - cpu_start;
  return Measured{static_cast<double>(tokens) / cpu, static_cast<double>(tokens) / wall,
                  static_cast<double>(texts) / wall};
}

Result<double> LengthBench::latency_ms() {
  std::vector<double> times;
  std::vector<float> vector(embedder_.dimensions());
  const Clock::time_point first = Clock::now();
  while (times.size() < kFewestLatencyRuns ||
         (times.size() < kMostLatencyRuns && seconds_since(first) < options_.seconds)) {
    const Clock::time_point start = Clock::now();
    VICINAL_TRY_VOID(embedder_.embed(std::span(texts_).first(1), Role::document,
                                     {vector.data(), 1, vector.size(), vector.size()}, nullptr,
                                     {.progress = {}, .stop = watch_.stop}));
    times.push_back(seconds_since(start) * 1e3);
  }
  return median(std::move(times));
}

Result<BenchRow> LengthBench::measure(const std::string& length, std::span<const std::string> texts) {
  texts_.assign(texts.begin(), texts.end());
  out_ = Matrix(texts.size(), embedder_.dimensions());
  BenchRow row{.length = length, .texts = texts.size()};
  VICINAL_TRY(row.tokens, pass());  // the warm-up
  std::vector<double> rates;
  for (size_t i = 0; i < std::max<size_t>(options_.repeats, 1); ++i) {
    VICINAL_TRY(const Measured measured, repeat());
    rates.push_back(measured.tokens_per_cpu_second);
    row.tokens_per_second_best = std::max(row.tokens_per_second_best, measured.tokens_per_second);
    row.texts_per_second_best = std::max(row.texts_per_second_best, measured.texts_per_second);
  }
  const auto [lowest, highest] = std::ranges::minmax(rates);
  row.tokens_per_cpu_second_best = highest;
  row.tokens_per_cpu_second_median = median(rates);
  row.spread = (highest - lowest) / row.tokens_per_cpu_second_median;
  VICINAL_TRY(row.latency_ms_p50, latency_ms());
  return row;
}

Result<std::vector<std::string>> texts_for(const embed::LocalEmbedder& embedder, const BenchOptions& options,
                                           const std::string& length) {
  if (length == "mixed" && !options.texts.empty()) return options.texts;
  VICINAL_TRY(const size_t tokens, parse_length(length));
  if (tokens > embedder.max_tokens())
    return Error(Code::invalid_argument, "the model takes no texts of this length")
        .with("length", length)
        .with("max_tokens", embedder.max_tokens());
  // The prompt's tokens are part of the text that the model sees.
  const size_t prompt = embedder.tokenizer().count(embedder.prompt(Role::document));
  if (length == "mixed") return engine::texts_of_mixed_length(embedder.tokenizer(), kMixedTexts);
  const size_t own = tokens > prompt + embedder.tokenizer().special_tokens() ? tokens - prompt : tokens;
  return engine::texts_of_length(embedder.tokenizer(), own,
                                 std::max(kPassTokensPerThread * embedder.threads() / tokens, 2 * embedder.threads()));
}

Result<EmbedderOptions> embedder_options(const BenchOptions& options) {
  EmbedderOptions result = options.embedder;
  size_t longest = 0;
  for (const std::string& length : options.lengths) {
    VICINAL_TRY(const size_t tokens, parse_length(length));
    longest = std::max(longest, tokens);
  }
  if (longest == 0) return Error(Code::invalid_argument, "name at least one length");
  if (result.max_tokens == 0) result.max_tokens = longest;
  return result;
}

}  // namespace

Result<BenchReport> bench_encode(const BenchOptions& options, const Watch& watch) {
  VICINAL_TRY(const EmbedderOptions embedder_settings, embedder_options(options));
  VICINAL_TRY(const Embedder embedder, Embedder::open(options.model, embedder_settings));
  VICINAL_TRY(const CpuReport cpu, cpu_report());
  BenchReport report{.model = embedder.model_name(),
                     .precision = std::string(precision_name(embedder.precision())),
                     .level = std::string(embedder.level()),
                     .cpu = cpu.name,
                     .version = std::string(version()),
                     .threads = embedder.threads(),
                     .rows = {}};
  const embed::LocalEmbedder& local = *embedder.impl().local;
  const Clock::time_point start = Clock::now();
  for (const std::string& length : options.lengths) {
    VICINAL_TRY(const std::vector<std::string> texts, texts_for(local, options, length));
    VICINAL_TRY(BenchRow row, LengthBench(local, options, watch).measure(length, texts));
    report.rows.push_back(std::move(row));
    if (watch.progress)
      watch.progress({.stage = "bench",
                      .done = report.rows.size(),
                      .total = options.lengths.size(),
                      .seconds = seconds_since(start),
                      .note = {}});
  }
  return report;
}

}  // namespace v0
}  // namespace vicinal
