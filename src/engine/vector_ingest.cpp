#include "engine/vector_ingest.h"

#include "engine/noise.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <unordered_set>

#include "base/digest.h"
#include "base/json.h"

namespace vicinal::engine {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kMaintainEvery = 16384;  // rows: the tail is sealed while the run goes on, so that it stays small

/// Rows of one commit.
struct Commit {
  std::vector<index::DocumentWrite> documents;
  std::vector<float> vectors;
  size_t inputs = 0;  ///< rows it was made of
};

index::DocumentWrite document_of(VectorRow& row, const index::StoreIdentity& identity) {
  index::DocumentWrite document;
  document.id = std::move(row.id);
  document.title = std::move(row.title);
  document.text = std::move(row.text);
  document.metadata = std::move(row.metadata);
  document.content_hash =
      base::xxh3_128(identity.space + document.title + '\0' + document.text + '\0' + document.metadata);
  document.embed_hashes = {base::Hash128{}};  // no string was embedded that another one could equal
  const size_t lines = 1 + static_cast<size_t>(std::ranges::count(document.text, '\n'));
  document.chunks = {
      {.byte_start = 0, .byte_end = document.text.size(), .line_start = 1, .line_end = lines, .tokens = 0}};
  return document;
}

Result<> check_width(const VectorRow& row, size_t dimensions) {
  if (row.vector.size() == dimensions) return {};
  return Error(Code::invalid_argument, "a vector has another length than the collection's")
      .with("id", row.id)
      .with("given", row.vector.size())
      .with("stored", dimensions);
}

/// Which rows count: of equal ids the last one.
std::vector<bool> last_of_each(std::span<const VectorRow> rows) {
  std::unordered_set<std::string_view> seen;
  seen.reserve(rows.size());
  std::vector<bool> last(rows.size());
  for (size_t i = rows.size(); i-- > 0;) last[i] = seen.insert(rows[i].id).second;
  return last;
}

/// `commit`: its memory is used again.
Result<> fill(Commit& commit, std::vector<VectorRow>& rows, const index::StoreIdentity& identity) {
  commit.documents.clear();
  commit.vectors.clear();
  commit.vectors.reserve(rows.size() * identity.dimensions);
  commit.inputs = rows.size();
  const std::vector<bool> last = last_of_each(rows);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!last[i]) continue;
    VICINAL_TRY_VOID(check_width(rows[i], identity.dimensions));
    commit.vectors.insert(commit.vectors.end(), rows[i].vector.begin(), rows[i].vector.end());
    commit.documents.push_back(document_of(rows[i], identity));
  }
  return {};
}

/// Stores a commit on a thread of its own while the next rows are asked for.
class VectorRun {
 public:
  VectorRun(index::Store& store, const Watch& watch) : store_(store), watch_(watch), identity_(store.identity()) {}

  Result<IndexReport> run(const VectorSource& source);

 private:
  Result<> take_all(const VectorSource& source);
  Result<> end_storing();
  Result<> store(const Commit& commit);
  void acknowledge();
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  index::Store& store_;
  const Watch& watch_;
  index::StoreIdentity identity_;  ///< the store's own changes while it is written
  Commit next_, stored_;
  IndexReport report_;
  size_t unsealed_ = 0, acknowledged_ = 0;
  Clock::time_point start_ = Clock::now();
  std::future<Result<>> storing_;  ///< goes first: it uses all of the above
};

Result<IndexReport> VectorRun::run(const VectorSource& source) {
  auto done = take_all(source);
  if (auto stored = end_storing(); !stored && done) done = std::move(stored);
  if (auto flushed = store_.flush(); !flushed && done) done = std::move(flushed);
  acknowledge();
  if (!done) return std::move(done).error().with("acknowledged", acknowledged_);
  VICINAL_TRY_VOID(store_.maintain(watch_));
  VICINAL_TRY_VOID(renew_noise_floor(store_, nullptr, watch_));
  VICINAL_TRY_VOID(store_.flush());
  report_.seconds = seconds();
  return std::move(report_);
}

Result<> VectorRun::take_all(const VectorSource& source) {
  for (;;) {
    VICINAL_TRY(std::vector<VectorRow> rows, source());
    if (rows.empty()) return {};
    VICINAL_TRY_VOID(fill(next_, rows, identity_));
    VICINAL_TRY_VOID(end_storing());
    if (watch_.stop.stop_requested()) return Error(Code::interrupted, "stopped");
    std::swap(next_, stored_);
    storing_ = std::async(std::launch::async, [this] { return store(stored_); });
  }
}

Result<> VectorRun::end_storing() { return storing_.valid() ? storing_.get() : Result<>(); }

Result<> VectorRun::store(const Commit& commit) {
  const size_t dimensions = identity_.dimensions, rows = commit.documents.size();
  VICINAL_TRY(const index::StoreSelection before, store_.count({}));
  VICINAL_TRY_VOID(store_.upsert(commit.documents, {commit.vectors.data(), rows, dimensions, dimensions}));
  VICINAL_TRY(const index::StoreSelection after, store_.count({}));
  const uint64_t added = after.documents - before.documents;
  report_.inputs += commit.inputs;
  report_.chunks += rows;
  report_.added += added;
  report_.updated += rows - added;
  acknowledge();
  if (watch_.progress)
    watch_.progress(
        {.stage = "store", .done = report_.inputs, .acknowledged = acknowledged_, .seconds = seconds(), .note = {}});
  if ((unsealed_ += commit.inputs) < kMaintainEvery) return {};
  unsealed_ = 0;
  return store_.maintain(watch_);
}

void VectorRun::acknowledge() {
  if (!store_.has_unsynced()) acknowledged_ = report_.inputs;
}

}  // namespace

std::string declared_space(std::string_view name) { return base::sha256_hex(declared_space_json(name)); }

std::string declared_space_json(std::string_view name) {
  base::JsonWriter out;
  return out.begin_object().key("declared").string(name).end_object().take();
}

std::string declared_name(std::string_view space_json) {
  const auto json = base::Json::parse(space_json);
  return json ? (*json)["declared"].string_or("") : "";
}

Result<IndexReport> ingest_vectors(index::Store& store, const VectorSource& source, const Watch& watch) {
  return VectorRun(store, watch).run(source);
}

}  // namespace vicinal::engine
