#include "engine/migrate.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>

#include "base/json.h"
#include "engine/embedder_impl.h"
#include "engine/resolve_model.h"
#include "engine/sample.h"
#include "engine/words.h"
#include "index/copy_folder.h"
#include "index/creation.h"
#include "index/folder.h"
#include "index/writer_lock.h"
#include "vicinal/version.h"

namespace vicinal::engine {
namespace {

using Clock = std::chrono::steady_clock;
using index::Store;

constexpr size_t kSampleDocuments = 32, kSampleStrings = 64;
constexpr double kCommitSeconds = 2;  // of embedding: what a killed process may lose
constexpr size_t kFewestTokens = 2048, kMostTokens = size_t{1} << 17, kMostPassages = 4096;
constexpr size_t kFewChanges = 64;  // that may be embedded while writers wait
constexpr int kMostPasses = 8;      // a writer that is faster than the embedding is made to wait
constexpr std::chrono::milliseconds kTellEvery{250};

double seconds_from(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

constexpr const char* kMigrating = ".migrating";

std::string without_slash(const std::string& folder) {
  std::string name = std::filesystem::absolute(folder).lexically_normal().string();
  while (name.size() > 1 && name.ends_with('/')) name.pop_back();
  return name;
}

std::string origin_in(const index::StoreIdentity& identity) {
  const auto provenance = base::Json::parse(identity.provenance_json);
  return provenance ? (*provenance)["migrated_from"].string_or("") : "";
}

class Migration {
 public:
  Migration(const std::string& folder, const MigrateOptions& options, const Watch& watch)
      : folder_(without_slash(folder)), part_(folder_ + kMigrating), options_(options), watch_(watch) {}

  Result<MigrateReport> run() {
    VICINAL_TRY_VOID(open_both_ends());
    if (report_.nothing_to_do) return report_;
    VICINAL_TRY_VOID(look_ahead());
    if (options_.dry_run) return done();
    VICINAL_TRY_VOID(open_target());
    for (int pass = 0;; ++pass) {
      VICINAL_TRY(const size_t changed, carry_over(pass > 0));
      if ((pass > 0 && changed <= kFewChanges) || pass == kMostPasses) break;
    }
    VICINAL_TRY_VOID(to_->maintain(watch_));
    VICINAL_TRY_VOID(switch_over());
    return done();
  }

 private:
  Result<> open_both_ends();
  Result<> clear_up();
  Result<index::StoreIdentity> new_identity() const;
  Result<> look_ahead();
  Result<> measure();
  Result<> open_target();
  Result<size_t> carry_over(bool meanwhile);
  Result<> write(std::span<const std::string> ids);
  Result<> store(Batch& batch);
  Result<> switch_over();
  void tell(bool always);
  Error interrupted() const;
  MigrateReport done() {
    report_.seconds = seconds_from(start_);
    return report_;
  }

  std::string folder_, part_;
  const MigrateOptions& options_;
  const Watch& watch_;
  std::unique_ptr<Store> from_, to_;
  std::optional<Embedder> embedder_;
  const embed::LocalEmbedder* local_ = nullptr;
  std::shared_ptr<const index::WordRules> words_;
  std::string space_;  ///< of the new collection
  Recipe recipe_;
  bool cut_ = false;
  MigrateReport report_;
  size_t carried_ = 0, left_ = 0;
  size_t target_tokens_ = kFewestTokens;
  Clock::time_point start_ = Clock::now(), told_ = start_;
};

Result<> Migration::open_both_ends() {
  std::error_code error;
  if (std::filesystem::is_symlink(folder_, error))  // the names of the link and of a folder would be exchanged
    return Error(Code::invalid_argument, "the collection's folder is a link")
        .with("path", folder_)
        .with("fix", "name the folder that it leads to");
  VICINAL_TRY(from_,
              Store::open(folder_, {.access = Store::Access::read, .create = {}, .expect_space = {}, .watch = watch_}));
  VICINAL_TRY(embedder_, Embedder::open(options_.model, options_.embedder));
  local_ = embedder_->impl().local.get();
  const index::StoreIdentity& old = from_->identity();
  VICINAL_TRY(recipe_, Recipe::parse(old.recipe_json, old.chunking));
  cut_ = options_.chunk.has_value();
  if (cut_) recipe_.chunk = *options_.chunk;
  VICINAL_TRY(const CollectionStats stats, from_->stats());
  report_.documents = stats.documents;
  report_.chunks = stats.chunks;
  report_.from_model = old.model;
  report_.from_space = old.space;
  report_.to_model = local_->name();
  VICINAL_TRY(words_, from_->word_rules());
  report_.to_space = space_ = glossed_space(local_->space(), old.words.glossary);
  report_.precision = precision_name(local_->precision());
  if (old.space != space_) return {};
  if (cut_)
    return Error(Code::invalid_argument,
                 "the collection is in this model's space already; cutting anew is no migration")
        .with("fix", "vicinal index PATH… --collection DIR --chunk HOW");
  report_.nothing_to_do = true;
  return options_.dry_run ? Result<>() : clear_up();
}

/// The old collection, where an earlier run was killed just behind the exchange.
Result<> Migration::clear_up() {
  VICINAL_TRY(const index::FolderContent content, index::look_into(part_));
  if (!content.has_database) return {};
  {
    VICINAL_TRY(const auto beside, Store::open(part_, {}));
    const bool replaced = origin_in(from_->identity()) == beside->identity().space;
    if (!replaced || origin_in(beside->identity()) == report_.to_space) return {};
  }
  VICINAL_TRY(const auto lock, index::WriterLock::take(index::lock_path(part_), {watch_, 0}));
  index::remove_collection_files(part_);
  return {};
}

Result<index::StoreIdentity> Migration::new_identity() const {
  VICINAL_TRY(const ResolvedModel model, resolve_model(options_.model));
  base::JsonWriter provenance;
  provenance.begin_object().key("precision").string(precision_name(local_->precision()));
  provenance.key("level").string(local_->level()).key("engine").string(version());
  provenance.key("migrated_from").string(from_->identity().space).end_object();
  const index::WordSettings& words = from_->identity().words;
  return index::StoreIdentity{.space = space_,
                              .space_json = glossed_space_json(local_->space_json(), words.glossary),
                              .model = model.name,
                              .dimensions = local_->dimensions(),
                              .metric = from_->identity().metric,
                              .chunking = recipe_.chunk.to_string(),
                              .recipe_json = recipe_.to_json(),
                              .words = words,
                              .provenance_json = provenance.take()};
}

/// How much is left, and how long that will take: said before anything is written.
Result<> Migration::look_ahead() {
  VICINAL_TRY(const index::FolderContent content, index::look_into(part_));
  VICINAL_TRY_VOID(index::check_place(part_, content));
  if (content.has_database) {
    VICINAL_TRY(const auto beside, Store::open(part_, {}));
    if (beside->identity().space != space_)
      return Error(Code::space_mismatch, "an unfinished migration to another space is there")
          .with("path", part_)
          .with("its_model", beside->identity().model)
          .with("model", report_.to_model)
          .with("fix", "finish that one, or remove its folder");
    if (!cut_ && beside->identity().chunking != recipe_.chunk.to_string())
      return Error(Code::invalid_argument, "the unfinished migration cuts passages otherwise")
          .with("path", part_)
          .with("its_chunking", beside->identity().chunking)
          .with("fix", "give the same --chunk and --overlap, or remove its folder");
    for (MigrationStep step; !step.end;) {
      VICINAL_TRY(step, next_step(*from_, *beside, step.last));
      report_.kept += step.equal;
    }
  }
  left_ = report_.documents - std::min(report_.documents, report_.kept);
  return measure();
}

Result<> Migration::measure() {
  VICINAL_TRY(const std::vector<std::string> ids, sample_ids(*from_, {}, kSampleDocuments, 1));
  std::vector<std::string> strings;
  size_t documents = 0, passages = 0;
  for (const std::string& id : ids) {
    VICINAL_TRY(std::optional<Input> input,
                migrated_input(*from_, id, *local_, recipe_.chunk, cut_, words_->glossary()));
    if (!input) continue;
    ++documents;
    passages += input->strings.size();
    for (std::string& string : input->strings)
      if (strings.size() < kSampleStrings) strings.push_back(std::move(string));
  }
  if (strings.empty() || left_ == 0) return {};
  const std::vector<std::string_view> views(strings.begin(), strings.end());
  Matrix vectors(views.size(), local_->dimensions());
  EmbedReport embedded;
  const Clock::time_point start = Clock::now();
  VICINAL_TRY_VOID(local_->embed(views, Role::document,
                                 {vectors.values().data(), vectors.rows(), vectors.cols(), vectors.cols()}, &embedded,
                                 {.progress = {}, .stop = watch_.stop}));
  const double seconds = seconds_from(start);
  const double per_document = static_cast<double>(passages) / static_cast<double>(documents);
  report_.sampled_chunks = strings.size();
  report_.estimated_chunks = static_cast<uint64_t>(per_document * static_cast<double>(left_) + 0.5);
  report_.estimated_seconds = seconds / static_cast<double>(strings.size()) * per_document * static_cast<double>(left_);
  const double tokens = static_cast<double>(embedded.tokens) / std::max(seconds, 1e-6) * kCommitSeconds;
  target_tokens_ = std::clamp(static_cast<size_t>(tokens), kFewestTokens, kMostTokens);
  if (!watch_.progress) return {};
  char text[160];
  std::snprintf(text, sizeof text, "%llu documents to embed, about %llu passages: about %.0f s, as %zu passages took",
                static_cast<unsigned long long>(left_), static_cast<unsigned long long>(report_.estimated_chunks),
                report_.estimated_seconds, strings.size());
  watch_.progress({.stage = "migrate", .total = report_.documents, .note = text});
  return {};
}

Result<> Migration::open_target() {
  Store::OpenOptions open{.access = Store::Access::write, .create = {}, .expect_space = space_, .watch = watch_};
  VICINAL_TRY(open.create, new_identity());
  open.lock_wait_seconds = 0;  // another process migrates: busy
  VICINAL_TRY(to_, Store::open(part_, open));
  return {};
}

Error Migration::interrupted() const {
  return Error(Code::interrupted, "stopped; what was embedded is kept, and the next run goes on from there")
      .with("documents", carried_)
      .with("path", part_);
}

void Migration::tell(bool always) {
  if (!watch_.progress || (!always && Clock::now() - told_ < kTellEvery)) return;
  told_ = Clock::now();
  const size_t finished = std::min<size_t>(report_.documents, report_.kept + carried_);
  watch_.progress({.stage = "migrate",
                   .done = finished,
                   .total = report_.documents,
                   .acknowledged = finished,
                   .seconds = seconds_from(start_),
                   .note = {}});
}

/// One pass; how many documents it wrote or removed.
Result<size_t> Migration::carry_over(bool meanwhile) {
  size_t changed = 0;
  MigrationStep step;
  while (!step.end) {
    VICINAL_TRY_VOID(from_->refresh());  // no page holds a writer's log back for long
    VICINAL_TRY_VOID(to_->add_fields(from_->identity().fields));
    VICINAL_TRY(step, next_step(*from_, *to_, step.last));
    VICINAL_TRY_VOID(write(step.write));
    VICINAL_TRY_VOID(to_->restamp(step.restamp));
    VICINAL_TRY([[maybe_unused]] const size_t removed, to_->remove(step.remove));
    changed += step.write.size() + step.remove.size();
  }
  if (meanwhile) report_.carried_over += changed;
  tell(true);
  return changed;
}

Result<> Migration::write(std::span<const std::string> ids) {
  Batch batch;
  for (const std::string& id : ids) {
    VICINAL_TRY(std::optional<Input> input,
                migrated_input(*from_, id, *local_, recipe_.chunk, cut_, words_->glossary()));
    if (!input) continue;
    if (options_.embedder.on_long == OnLong::error &&
        !std::ranges::all_of(input->strings, [&](const std::string& s) { return fits_model(*local_, s); }))
      return Error(Code::too_long, "a passage is over the model's limit").with("id", id);
    batch.tokens += input->tokens;
    batch.chunks += input->document.chunks.size();
    report_.without_passages += input->document.chunks.empty() ? 1 : 0;
    batch.inputs.push_back(*std::move(input));
    if (batch.tokens >= target_tokens_ || batch.chunks >= kMostPassages) VICINAL_TRY_VOID(store(batch));
  }
  return batch.inputs.empty() ? Result<>() : store(batch);
}

Result<> Migration::store(Batch& batch) {
  if (watch_.stop.stop_requested()) return interrupted();
  BatchVectors vectors;
  VICINAL_TRY(const MissingRows missing, reuse_vectors(*to_, batch, local_->dimensions(), vectors));
  const Watch quiet{.progress = [this](const Progress&) { tell(false); }, .stop = watch_.stop};
  if (auto embedded = embed_missing(*local_, missing, vectors, quiet); !embedded)
    return embedded.error().code() == Code::interrupted ? interrupted() : std::move(embedded).error();
  const size_t documents = batch.inputs.size();
  VICINAL_TRY_VOID(store_batch(*to_, batch, vectors));
  report_.embedded += vectors.embedded;
  report_.cut += vectors.report.cut;
  carried_ += documents;
  batch = {};
  tell(false);
  return {};
}

/// No database may be open when the names change: closing one later would remove the log at the other's path.
Result<> Migration::switch_over() {
  VICINAL_TRY(const auto lock, index::WriterLock::take(index::lock_path(folder_), {watch_, -1}));
  VICINAL_TRY([[maybe_unused]] const size_t changed, carry_over(true));
  VICINAL_TRY(Recipe newest, Recipe::parse(from_->identity().recipe_json, from_->identity().chunking));
  newest.chunk = recipe_.chunk;
  VICINAL_TRY_VOID(to_->set_recipe(newest.to_json(), newest.chunk.to_string()));
  index::WordSettings words = from_->identity().words;
  words.glossary = to_->identity().words.glossary;  // says the same, as the spaces do
  VICINAL_TRY_VOID(to_->set_words(words));
  VICINAL_TRY(const CollectionStats stats, to_->stats());
  report_.documents = stats.documents;
  report_.chunks = stats.chunks;
  to_.reset();
  from_.reset();
  VICINAL_TRY(const auto part_lock, index::WriterLock::take(index::lock_path(part_), {watch_, -1}));
  VICINAL_TRY_VOID(index::exchange_folders(part_, folder_));
  report_.switched = true;
  index::remove_collection_files(part_);
  return {};
}

}  // namespace
}  // namespace vicinal::engine

namespace vicinal {
inline namespace v0 {

Result<MigrateReport> migrate_collection(const std::string& folder, const MigrateOptions& options, const Watch& watch) {
  return engine::Migration(folder, options, watch).run();
}

}  // namespace v0
}  // namespace vicinal
