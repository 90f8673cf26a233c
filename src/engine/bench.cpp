#include "vicinal/bench.h"

#include <algorithm>
#include <map>

#include "engine/bench_cost.h"
#include "engine/bench_measure.h"
#include "engine/embedder_impl.h"
#include "engine/parity.h"
#include "vicinal/cpu.h"
#include "vicinal/version.h"

namespace vicinal {
inline namespace v0 {
namespace {

using engine::BenchMeasure;
using engine::BenchProfile;
using engine::BenchTiming;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

template <class Figure>
std::vector<double> figures(const std::vector<BenchTiming>& timings, Figure figure) {
  std::vector<double> values;
  for (const BenchTiming& timing : timings) values.push_back(figure(timing));
  return values;
}

/// A precision and a number of threads, and what is known of them before the clock runs.
struct Setup {
  Precision precision;
  size_t threads;
  bool control = false;
  std::vector<double> min_cosine;      ///< by length
  std::vector<size_t> peak_rss_bytes;  ///< by length
};

class EncodeBench {
 public:
  EncodeBench(const BenchOptions& options, const Watch& watch) : options_(options), watch_(watch) {}

  Result<BenchReport> run();

 private:
  Result<> prepare();
  Result<Embedder> open(Precision precision, size_t threads) const;
  Result<> make_profiles();
  Result<> make_references();
  Result<> try_out(Setup& setup);
  Result<> measure_length(size_t length);
  BenchRow row_of(const Setup& setup, size_t length, const std::vector<BenchTiming>& timings) const;
  void add_speedups();
  void tell(size_t done);

  const BenchOptions& options_;
  const Watch& watch_;
  size_t max_tokens_ = 0;
  model::EncoderConfig config_;
  std::vector<Setup> setups_;
  std::vector<BenchProfile> profiles_;  ///< by length
  std::vector<Matrix> references_;      ///< f32 vectors by length
  std::vector<Embedder> embedders_;     ///< by setup
  BenchReport report_;
};

Result<Embedder> EncodeBench::open(Precision precision, size_t threads) const {
  EmbedderOptions settings = options_.embedder;
  settings.precision = precision;
  settings.threads = threads;
  settings.max_tokens = max_tokens_;
  return Embedder::open(options_.model, settings);
}

/// Options that were left open, filled in.
Result<> EncodeBench::prepare() {
  max_tokens_ = options_.embedder.max_tokens;
  for (const std::string& length : options_.lengths) {
    VICINAL_TRY(const size_t tokens, engine::longest_tokens(length));
    if (options_.embedder.max_tokens == 0) max_tokens_ = std::max(max_tokens_, tokens);
  }
  if (options_.lengths.empty()) return Error(Code::invalid_argument, "name at least one length");
  VICINAL_TRY(const Precision own, default_precision());
  std::vector<Precision> precisions = options_.precisions;
  if (precisions.empty()) precisions.push_back(options_.embedder.precision.value_or(own));
  std::vector<size_t> threads = options_.threads;
  if (threads.empty()) threads.push_back(options_.embedder.threads);
  for (const Precision precision : precisions)
    for (const size_t count : threads) setups_.push_back({.precision = precision, .threads = count});
  if (options_.control) {
    setups_.push_back(setups_.front());
    setups_.back().control = true;
  }
  return {};
}

Result<> EncodeBench::make_profiles() {
  const size_t most = std::ranges::max(setups_, {}, &Setup::threads).threads;
  VICINAL_TRY(const Embedder embedder, open(setups_.front().precision, most));
  report_.model = embedder.model_name();
  report_.level = embedder.level();
  config_ = embedder.impl().local->folder().encoder;
  for (const std::string& length : options_.lengths) {
    VICINAL_TRY(BenchProfile profile,
                engine::make_profile(*embedder.impl().local, options_, length, embedder.threads()));
    profiles_.push_back(std::move(profile));
  }
  return {};
}

Result<> EncodeBench::make_references() {
  VICINAL_TRY(const Embedder embedder, open(Precision::f32, 0));
  for (const BenchProfile& profile : profiles_) {
    BenchMeasure measure(*embedder.impl().local, profile, watch_);
    if (auto done = measure.repeat(0); !done) return std::move(done).error();
    references_.push_back(measure.vectors());
  }
  return {};
}

/// Every length once, with this setup alone in memory.
Result<> EncodeBench::try_out(Setup& setup) {
  VICINAL_TRY(const Embedder embedder, open(setup.precision, setup.threads));
  setup.threads = embedder.threads();
  for (size_t i = 0; i < profiles_.size(); ++i) {
    engine::reset_peak_memory();
    BenchMeasure measure(*embedder.impl().local, profiles_[i], watch_);
    if (auto done = measure.repeat(0); !done) return std::move(done).error();
    setup.peak_rss_bytes.push_back(engine::peak_memory_bytes());
    setup.min_cosine.push_back(engine::compare_rows(references_[i], measure.vectors()).smallest_cosine);
  }
  return {};
}

Result<> EncodeBench::measure_length(size_t length) {
  std::vector<BenchMeasure> measures;
  for (const Embedder& embedder : embedders_) {
    measures.emplace_back(*embedder.impl().local, profiles_[length], watch_);
    if (auto warm = measures.back().repeat(0); !warm) return std::move(warm).error();
  }
  std::vector<std::vector<BenchTiming>> timings(setups_.size());
  for (size_t repeat = 0; repeat < std::max<size_t>(options_.repeats, 1); ++repeat) {
    for (size_t i = 0; i < setups_.size(); ++i) {
      VICINAL_TRY(const BenchTiming timing, measures[i].repeat(options_.seconds));
      timings[i].push_back(timing);
    }
  }
  for (size_t i = 0; i < setups_.size(); ++i) {
    BenchRow row = row_of(setups_[i], length, timings[i]);
    VICINAL_TRY(const std::vector<double> latencies, measures[i].latencies_ms(options_.seconds));
    row.latency_runs = latencies.size();
    row.latency_ms_p50 = engine::quantile(latencies, 0.50);
    row.latency_ms_p95 = engine::quantile(latencies, 0.95);
    row.latency_ms_p99 = engine::quantile(latencies, 0.99);
    report_.rows.push_back(std::move(row));
  }
  return {};
}

BenchRow EncodeBench::row_of(const Setup& setup, size_t length, const std::vector<BenchTiming>& timings) const {
  const BenchProfile& profile = profiles_[length];
  BenchRow row{.length = profile.length,
               .precision = std::string(precision_name(setup.precision)),
               .threads = setup.threads,
               .control = setup.control,
               .texts = profile.texts.size()};
  for (const size_t tokens : profile.tokens) row.tokens += tokens;
  const auto rates = figures(timings, [](const BenchTiming& t) { return t.per_cpu_second(t.tokens); });
  const auto [lowest, highest] = std::ranges::minmax(rates);
  row.tokens_per_cpu_second_best = highest;
  row.tokens_per_cpu_second_median = median(rates);
  row.spread = (highest - lowest) / row.tokens_per_cpu_second_median;
  row.encode_tokens_per_cpu_second_median =
      median(figures(timings, [](const BenchTiming& t) { return static_cast<double>(t.tokens) / t.encode_cpu; }));
  row.texts_per_cpu_second_median =
      median(figures(timings, [](const BenchTiming& t) { return t.per_cpu_second(t.texts); }));
  row.tokens_per_second_best =
      std::ranges::max(figures(timings, [](const BenchTiming& t) { return t.per_second(t.tokens); }));
  row.texts_per_second_best =
      std::ranges::max(figures(timings, [](const BenchTiming& t) { return t.per_second(t.texts); }));
  row.idle_share = median(
      figures(timings, [&](const BenchTiming& t) { return t.idle / (t.wall * static_cast<double>(setup.threads)); }));
  row.peak_share = engine::seconds_at_peak(config_, setup.precision, report_.peaks, profile.tokens) * highest /
                   static_cast<double>(row.tokens);
  row.padding_ratio = engine::padding_ratio(profile.tokens);
  row.min_cosine = setup.min_cosine[length];
  row.peak_rss_bytes = setup.peak_rss_bytes[length];
  return row;
}

void EncodeBench::add_speedups() {
  std::map<std::pair<std::string, std::string>, double> first;
  for (BenchRow& row : report_.rows) {
    const auto base = first.try_emplace({row.length, row.precision}, row.tokens_per_second_best).first;
    row.speedup = row.tokens_per_second_best / base->second;
  }
}

void EncodeBench::tell(size_t done) {
  if (watch_.progress) watch_.progress({.stage = "bench", .done = done, .total = options_.lengths.size(), .note = {}});
}

Result<BenchReport> EncodeBench::run() {
  VICINAL_TRY_VOID(prepare());
  VICINAL_TRY(const CpuReport cpu, cpu_report());
  report_.cpu = cpu.name;
  report_.version = version();
  tell(0);
  report_.peaks = engine::measure_peaks(kernels::active());
  VICINAL_TRY_VOID(make_profiles());
  VICINAL_TRY_VOID(make_references());
  for (Setup& setup : setups_) VICINAL_TRY_VOID(try_out(setup));
  for (const Setup& setup : setups_) {
    VICINAL_TRY(Embedder embedder, open(setup.precision, setup.threads));
    embedders_.push_back(std::move(embedder));
  }
  for (size_t i = 0; i < profiles_.size(); ++i) {
    VICINAL_TRY_VOID(measure_length(i));
    tell(i + 1);
  }
  add_speedups();
  return std::move(report_);
}

}  // namespace

Result<BenchReport> bench_encode(const BenchOptions& options, const Watch& watch) {
  return EncodeBench(options, watch).run();
}

}  // namespace v0
}  // namespace vicinal
