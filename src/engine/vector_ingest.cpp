#include "engine/vector_ingest.h"

#include "engine/noise.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <unordered_map>

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
};

base::Hash128 vector_hash(std::span<const float> vector, const index::StoreIdentity& identity) {
  const auto bytes = std::as_bytes(vector);
  return base::xxh3_128(identity.space + std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

Chunk whole(std::string_view text, size_t field) {
  const size_t lines = 1 + static_cast<size_t>(std::ranges::count(text, '\n'));
  return {.byte_start = 0, .byte_end = text.size(), .line_start = 1, .line_end = lines, .tokens = 0, .field = field};
}

/// Adds a field's text, and its vector as a passage.
void add_field(FieldText text, std::span<const float> vector, Commit& commit, const index::StoreIdentity& identity) {
  index::DocumentWrite& document = commit.documents.back();
  document.chunks.push_back(whole(text.text, text.field));
  document.embed_hashes.push_back(vector_hash(vector, identity));
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
  document.embed_hashes = {vector_hash(row.vector, identity)};
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
    add_field({number, field->field, std::move(field->text)}, field->vector, commit, identity);
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

/// Of equal ids the last row counts.
Result<Commit> commit_of(std::vector<VectorRow>& rows, const index::StoreIdentity& identity) {
  std::unordered_map<std::string, size_t> last;
  for (size_t i = 0; i < rows.size(); ++i) last[rows[i].id] = i;
  Commit commit;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (last[rows[i].id] != i) continue;
    VICINAL_TRY_VOID(check_widths(rows[i], identity.dimensions));
    add_body(rows[i], commit, identity);
    VICINAL_TRY_VOID(add_fields(rows[i], commit, identity));
  }
  return commit;
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
  const Clock::time_point start = Clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  const size_t dimensions = store.identity().dimensions;
  IndexReport report;
  size_t unsealed = 0;
  for (;;) {
    VICINAL_TRY(std::vector<VectorRow> rows, source());
    if (rows.empty()) break;
    if (watch.stop.stop_requested()) return Error(Code::interrupted, "stopped").with("acknowledged", report.inputs);
    auto commit = commit_of(rows, store.identity());
    if (!commit) return std::move(commit).error().with("acknowledged", report.inputs);
    VICINAL_TRY(const index::StoreSelection before, store.count({}));
    const size_t passages = commit->vectors.size() / dimensions;
    const base::MatrixView vectors{commit->vectors.data(), passages, dimensions, dimensions};
    if (auto stored = store.upsert(commit->documents, vectors); !stored)
      return std::move(stored).error().with("acknowledged", report.inputs);
    report.inputs += rows.size();
    report.chunks += passages;
    VICINAL_TRY(const index::StoreSelection after, store.count({}));
    const uint64_t added = after.documents - before.documents;
    report.added += added;
    report.updated += commit->documents.size() - added;
    if (watch.progress)
      watch.progress(
          {.stage = "store", .done = report.inputs, .acknowledged = report.inputs, .seconds = seconds(), .note = {}});
    if ((unsealed += rows.size()) >= kMaintainEvery) {
      VICINAL_TRY_VOID(store.maintain(watch));
      unsealed = 0;
    }
  }
  VICINAL_TRY_VOID(store.maintain(watch));
  VICINAL_TRY_VOID(renew_noise_floor(store, nullptr, watch));
  report.seconds = seconds();
  return report;
}

}  // namespace vicinal::engine
