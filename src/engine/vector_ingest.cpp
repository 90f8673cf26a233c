#include "engine/vector_ingest.h"

#include "engine/noise.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <map>
#include <unordered_set>

#include "base/digest.h"
#include "base/json.h"
#include "engine/row_fields.h"

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

constexpr base::Hash128 kNothingEmbedded;  // no string was, that another one could equal

Chunk whole(std::string_view text, size_t field) {
  const size_t lines = 1 + static_cast<size_t>(std::ranges::count(text, '\n'));
  return {.byte_start = 0, .byte_end = text.size(), .line_start = 1, .line_end = lines, .tokens = 0, .field = field};
}

/// Adds a field's text, and its vector as a passage.
void add_field(FieldText text, std::span<const float> vector, Commit& commit) {
  index::DocumentWrite& document = commit.documents.back();
  document.chunks.push_back(whole(text.text, text.field));
  document.embed_hashes.push_back(kNothingEmbedded);
  document.fields.push_back(std::move(text));
  commit.vectors.insert(commit.vectors.end(), vector.begin(), vector.end());
}

/// Adds a row's document without fields beside the body.
void add_body(VectorRow& row, Commit& commit, const index::StoreIdentity& identity) {
  index::DocumentWrite& document = commit.documents.emplace_back();
  document.id = std::move(row.id);
  document.title = std::move(row.title);
  document.text = std::move(row.text);
  document.metadata = std::move(row.metadata);
  std::string content = identity.space + document.title + '\0' + document.text + '\0' + document.metadata;
  for (const FieldVector& field : row.fields) content += '\0' + field.field + '\0' + field.text;
  document.content_hash = base::xxh3_128(content);
  if (row.vector.empty()) return;
  document.chunks = {whole(document.text, 0)};
  document.embed_hashes = {kNothingEmbedded};
  commit.vectors.insert(commit.vectors.end(), row.vector.begin(), row.vector.end());
}

/// Its fields in the order of their numbers.
Result<> add_fields(VectorRow& row, Commit& commit, const index::StoreIdentity& identity) {
  std::map<size_t, FieldVector*> by_number;
  for (FieldVector& field : row.fields) {
    VICINAL_TRY(const size_t number, field_number(identity.fields, field.field));
    if (number == 0 || !by_number.emplace(number, &field).second)
      return Error(Code::invalid_argument, "a row has a field twice").with("id", row.id).with("field", field.field);
  }
  for (const auto& [number, field] : by_number)
    add_field({number, field->field, std::move(field->text)}, field->vector, commit);
  return {};
}

Result<> check_width(const std::string& id, size_t given, size_t dimensions) {
  if (given == dimensions) return {};
  return Error(Code::invalid_argument, "a vector has another length than the collection's")
      .with("id", id)
      .with("given", given)
      .with("stored", dimensions);
}

Result<> check_widths(const VectorRow& row, size_t dimensions) {
  const bool has_body = !row.vector.empty() || row.fields.empty();
  if (has_body) VICINAL_TRY_VOID(check_width(row.id, row.vector.size(), dimensions));
  for (const FieldVector& field : row.fields) VICINAL_TRY_VOID(check_width(row.id, field.vector.size(), dimensions));
  return {};
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
    VICINAL_TRY_VOID(check_widths(rows[i], identity.dimensions));
    add_body(rows[i], commit, identity);
    VICINAL_TRY_VOID(add_fields(rows[i], commit, identity));
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
  const size_t dimensions = identity_.dimensions, documents = commit.documents.size();
  const size_t passages = commit.vectors.size() / dimensions;
  VICINAL_TRY(const index::StoreSelection before, store_.count({}));
  VICINAL_TRY_VOID(store_.upsert(commit.documents, {commit.vectors.data(), passages, dimensions, dimensions}));
  VICINAL_TRY(const index::StoreSelection after, store_.count({}));
  const uint64_t added = after.documents - before.documents;
  report_.inputs += commit.inputs;
  report_.chunks += passages;
  report_.added += added;
  report_.updated += documents - added;
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
