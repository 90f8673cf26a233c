#include "engine/ingest.h"

#include "engine/noise.h"

#include <algorithm>
#include <chrono>
#include <future>

#include "engine/batch.h"
#include "engine/language_survey.h"
#include "index/merge.h"

namespace vicinal::engine {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kBatchSeconds = 1.0;  // of embedding: what a killed process may lose
constexpr size_t kFirstBatchTokens = 4096;
constexpr size_t kMinBatchTokens = 2048;
constexpr size_t kMaxBatchTokens = size_t{1} << 18;
constexpr std::chrono::milliseconds kReportEvery{200};

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

class Run {
 public:
  Run(IngestContext context, const Watch& watch) : context_(std::move(context)), watch_(watch) {}

  Result<IndexReport> index(const std::vector<std::string>& paths);

 private:
  Result<> index_batches(BatchReader& reader);
  Result<BatchVectors> embed(Batch& batch, BatchReader& reader, std::future<Result<Batch>>& next);
  Result<> finish(Batch& batch, const BatchVectors& vectors);
  Result<> seal(size_t new_rows);
  void count(const Batch& batch);
  Result<> remove_vanished(const InputStream& stream);
  Result<> save_recipe();
  Result<> note_language();
  void tell(const std::string& stage, bool always = false);
  void acknowledge();
  Error stopped();

  IngestContext context_;
  const Watch& watch_;
  IndexReport report_;
  LanguageSurvey survey_;
  std::shared_ptr<const index::WordRules> words_;
  size_t total_ = 0, stored_ = 0;  ///< inputs
  size_t acknowledged_ = 0;        ///< of these, durable
  size_t unsealed_ = 0;            ///< rows since the tail was last looked at
  size_t target_tokens_ = kFirstBatchTokens;
  Clock::time_point start_ = Clock::now(), told_ = start_;
  std::string told_stage_;
};

/// A few times a second, and where a stage begins.
void Run::tell(const std::string& stage, bool always) {
  if (!watch_.progress || (!always && stage == told_stage_ && Clock::now() - told_ < kReportEvery)) return;
  told_ = Clock::now();
  told_stage_ = stage;
  watch_.progress({.stage = stage,
                   .done = acknowledged_,
                   .total = total_,
                   .acknowledged = acknowledged_,
                   .seconds = seconds_since(start_),
                   .note = {}});
}

void Run::acknowledge() {
  if (!context_.store.has_unsynced()) acknowledged_ = stored_;
}

Error Run::stopped() {
  if (auto flushed = context_.store.flush(); !flushed) return std::move(flushed).error();
  acknowledge();
  return Error(Code::interrupted, "stopped; what was acknowledged is kept, and the next run goes on from there")
      .with("acknowledged", acknowledged_)
      .with("inputs", total_);
}

Result<> Run::save_recipe() {
  return context_.store.set_recipe(context_.recipe.to_json(), context_.recipe.chunk.to_string());
}

void Run::count(const Batch& batch) {
  for (const Input& input : batch.inputs) {
    ++report_.inputs;
    if (input.skipped) report_.skipped.push_back(*input.skipped);
    const bool write = input.action == Input::Action::write;
    report_.added += write && !input.existed;
    report_.updated += write && input.existed;
    report_.removed += input.action == Input::Action::remove;
    report_.unchanged +=
        input.action == Input::Action::restamp || (input.action == Input::Action::none && !input.skipped);
    if (write) survey_.add(input.language);
  }
  report_.chunks += batch.chunks;
}

/// Embeds a batch while another thread reads the next one. The store is only read until this returns, by one thread at
/// a time.
Result<BatchVectors> Run::embed(Batch& batch, BatchReader& reader, std::future<Result<Batch>>& next) {
  BatchVectors vectors;
  VICINAL_TRY(const MissingRows missing, reuse_vectors(context_.store, batch, context_.embedder.dimensions(), vectors));
  if (!batch.last)
    next = std::async(std::launch::async, [&reader, target = target_tokens_] { return reader.next(target); });
  const Clock::time_point start = Clock::now();
  // A batch may be one document and take minutes: the same figures again are the sign that work goes on.
  const Watch watch{.progress = [this](const Progress&) { tell("embed"); }, .stop = watch_.stop};
  const Result<> done = embed_missing(context_.embedder, missing, vectors, watch);
  const double seconds = seconds_since(start);
  while (next.valid() && next.wait_for(kReportEvery) != std::future_status::ready) tell("embed");
  if (!done) return done.error();
  if (vectors.report.tokens >= kMinBatchTokens && seconds > 0) {
    const double wanted = static_cast<double>(vectors.report.tokens) / seconds * kBatchSeconds;
    target_tokens_ = std::clamp(static_cast<size_t>(wanted), kMinBatchTokens, kMaxBatchTokens);
  }
  return vectors;
}

Result<> Run::finish(Batch& batch, const BatchVectors& vectors) {
  count(batch);
  const size_t inputs = batch.inputs.size();
  VICINAL_TRY_VOID(store_batch(context_.store, batch, vectors));
  stored_ += inputs;
  acknowledge();
  report_.embedded += vectors.embedded;
  report_.reused += vectors.reused;
  report_.cut += vectors.report.cut;
  report_.tokens += vectors.report.tokens;
  tell("embed", stored_ == inputs);  // the first one always: a sign of life
  return seal(vectors.vectors.rows());
}

/// While the run goes on, so that the tail stays small: whoever searches meanwhile scans its floats.
Result<> Run::seal(size_t new_rows) {
  if ((unsealed_ += new_rows) < index::kMaxTailRows) return {};
  unsealed_ = 0;
  auto done = context_.store.maintain(watch_);
  acknowledge();
  if (!done && done.error().code() == Code::interrupted) return stopped();
  return done;
}

Result<> Run::index_batches(BatchReader& reader) {
  VICINAL_TRY(Batch batch, reader.next(target_tokens_));
  for (;;) {
    if (watch_.stop.stop_requested()) return stopped();
    std::future<Result<Batch>> next;
    auto vectors = embed(batch, reader, next);
    if (!vectors) return vectors.error().code() == Code::interrupted ? stopped() : std::move(vectors).error();
    VICINAL_TRY_VOID(finish(batch, *vectors));
    if (batch.last) return {};
    VICINAL_TRY(batch, next.get());
  }
}

Result<> Run::remove_vanished(const InputStream& stream) {
  VICINAL_TRY(const std::vector<std::string> gone, stream.vanished());
  if (!gone.empty()) {
    VICINAL_TRY(const size_t removed, context_.store.remove(gone));
    report_.removed += removed;
  }
  const std::vector<std::string> absorbed = stream.absorbed();
  for (const std::string& root : absorbed) context_.recipe.roots.erase(root);
  return absorbed.empty() ? Result<>() : save_recipe();
}

/// Said once for a collection.
Result<> Run::note_language() {
  if (context_.recipe.language_noted) return {};
  report_.language_note = survey_.note(context_.store.identity().model);
  if (report_.language_note.empty()) return {};
  context_.recipe.language_noted = true;
  return save_recipe();
}

Result<IndexReport> Run::index(const std::vector<std::string>& paths) {
  tell("scan", true);
  VICINAL_TRY(Plan plan, plan_scopes(paths, context_.recipe, context_.store));
  // Before the first document: a later run must give the same roots the same prefixes.
  VICINAL_TRY_VOID(save_recipe());
  VICINAL_TRY(words_, context_.store.word_rules());
  VICINAL_TRY(InputStream stream, InputStream::open({context_.store, context_.embedder, context_.recipe,
                                                     context_.on_long, words_->glossary()},
                                                    std::move(plan)));
  total_ = stream.total();
  report_.skipped = stream.left_out();
  BatchReader reader(std::move(stream));
  VICINAL_TRY_VOID(index_batches(reader));
  VICINAL_TRY_VOID(remove_vanished(reader.stream()));
  VICINAL_TRY_VOID(note_language());
  VICINAL_TRY_VOID(context_.store.flush());
  acknowledge();
  tell("embed", true);
  VICINAL_TRY_VOID(context_.store.maintain(watch_));
  VICINAL_TRY_VOID(renew_noise_floor(context_.store, &context_.embedder, {.progress = {}, .stop = watch_.stop}));
  VICINAL_TRY_VOID(context_.store.flush());
  report_.seconds = seconds_since(start_);
  return std::move(report_);
}

}  // namespace

Result<IndexReport> ingest(IngestContext context, const std::vector<std::string>& paths, const Watch& watch) {
  return Run(std::move(context), watch).index(paths);
}

}  // namespace vicinal::engine
