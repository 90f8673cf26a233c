#include "engine/vector_ingest.h"

#include "engine/noise.h"

#include <algorithm>
#include <chrono>
#include <unordered_map>

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

/// Of equal ids the last row counts.
Result<Commit> commit_of(std::vector<VectorRow>& rows, const index::StoreIdentity& identity) {
  std::unordered_map<std::string, size_t> last;
  for (size_t i = 0; i < rows.size(); ++i) last[rows[i].id] = i;
  Commit commit;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (last[rows[i].id] != i) continue;
    VICINAL_TRY_VOID(check_width(rows[i], identity.dimensions));
    commit.vectors.insert(commit.vectors.end(), rows[i].vector.begin(), rows[i].vector.end());
    commit.documents.push_back(document_of(rows[i], identity));
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
  size_t unsealed = 0, acknowledged = 0;
  for (;;) {
    VICINAL_TRY(std::vector<VectorRow> rows, source());
    if (rows.empty()) break;
    if (watch.stop.stop_requested()) {
      VICINAL_TRY_VOID(store.flush());
      return Error(Code::interrupted, "stopped").with("acknowledged", report.inputs);
    }
    auto commit = commit_of(rows, store.identity());
    if (!commit) {
      VICINAL_TRY_VOID(store.flush());
      return std::move(commit).error().with("acknowledged", report.inputs);
    }
    VICINAL_TRY(const index::StoreSelection before, store.count({}));
    const base::MatrixView vectors{commit->vectors.data(), commit->documents.size(), dimensions, dimensions};
    if (auto stored = store.upsert(commit->documents, vectors); !stored)
      return std::move(stored).error().with("acknowledged", acknowledged);
    report.inputs += rows.size();
    if (!store.has_unsynced()) acknowledged = report.inputs;
    report.chunks += commit->documents.size();
    VICINAL_TRY(const index::StoreSelection after, store.count({}));
    const uint64_t added = after.documents - before.documents;
    report.added += added;
    report.updated += commit->documents.size() - added;
    if (watch.progress)
      watch.progress(
          {.stage = "store", .done = report.inputs, .acknowledged = acknowledged, .seconds = seconds(), .note = {}});
    if ((unsealed += rows.size()) >= kMaintainEvery) {
      VICINAL_TRY_VOID(store.maintain(watch));
      acknowledged = report.inputs;
      unsealed = 0;
    }
  }
  VICINAL_TRY_VOID(store.maintain(watch));
  VICINAL_TRY_VOID(renew_noise_floor(store, nullptr, watch));
  VICINAL_TRY_VOID(store.flush());
  report.seconds = seconds();
  return report;
}

}  // namespace vicinal::engine
