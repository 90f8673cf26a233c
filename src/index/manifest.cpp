#include "index/manifest.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>

#include "index/schema.h"

namespace vicinal::index {

namespace {

using Values = std::map<std::string, std::string, std::less<>>;

constexpr uint64_t kLargestCount = uint64_t{1}
                                   << 48;  // counters and sizes above are damage, and sums stay far from overflow
constexpr size_t kMaxKeys = 64;

Error damaged(const std::string& path, std::string_view what) {
  return Error(Code::corrupt, "the manifest of the collection is damaged").with("path", path).with("at", what);
}

Result<Values> read_values(Database& database, const std::string& path) {
  VICINAL_TRY(Query query, database.query("SELECT key, value FROM manifest"));
  Values values;
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) return values;
    if (values.size() == kMaxKeys) return damaged(path, "keys");
    values.emplace(query.text(0), query.text(1));
  }
}

Result<> take(const Values& values, std::string_view key, const std::string& path, std::string& out) {
  const auto found = values.find(key);
  if (found == values.end()) return damaged(path, key);
  out = found->second;
  return {};
}

std::string value_or_empty(const Values& values, std::string_view key) {
  const auto found = values.find(key);
  return found == values.end() ? "" : found->second;
}

Result<uint64_t> take_number(const Values& values, std::string_view key, const std::string& path) {
  std::string text;
  VICINAL_TRY_VOID(take(values, key, path, text));
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return damaged(path, key);
  return number;
}

Result<> read_identity(const Values& values, const std::string& path, Manifest& manifest) {
  StoreIdentity& identity = manifest.identity;
  VICINAL_TRY_VOID(take(values, "space", path, identity.space));
  VICINAL_TRY_VOID(take(values, "space_json", path, identity.space_json));
  VICINAL_TRY_VOID(take(values, "model", path, identity.model));
  VICINAL_TRY_VOID(take(values, "chunking", path, identity.chunking));
  VICINAL_TRY_VOID(take(values, "recipe", path, identity.recipe_json));
  VICINAL_TRY_VOID(take(values, "provenance", path, identity.provenance_json));
  std::string metric_text;
  VICINAL_TRY_VOID(take(values, "metric", path, metric_text));
  const Result<Metric> metric = parse_metric(metric_text);
  if (!metric) return damaged(path, "metric");
  identity.metric = *metric;
  VICINAL_TRY(const uint64_t dimensions, take_number(values, "dimensions", path));
  if (dimensions == 0 || dimensions > kMaxDimensions) return damaged(path, "dimensions");
  identity.dimensions = dimensions;
  VICINAL_TRY(manifest.collection, take_number(values, "collection", path));
  return {};
}

Result<> read_state(Database& database, const std::string& path, Manifest& manifest) {
  VICINAL_TRY(
      Query query,
      database.query("SELECT last_commit, next_file, next_document, documents, chunks FROM state WHERE one = 1"));
  VICINAL_TRY(const bool row, query.next());
  if (!row) return damaged(path, "state");
  uint64_t* const counters[] = {&manifest.last_commit, &manifest.next_file, &manifest.next_document,
                                &manifest.documents, &manifest.chunks};
  for (int i = 0; uint64_t* counter : counters) {
    *counter = query.unsigned_integer(i++);
    if (*counter > kLargestCount) return damaged(path, "state");
  }
  return {};
}

Result<> read_files(Database& database, const std::string& path, Manifest& manifest) {
  VICINAL_TRY(Query query, database.query("SELECT kind, number, rows, bytes FROM files ORDER BY number"));
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) break;
    const uint64_t kind = query.unsigned_integer(0);
    const FileEntry entry = {static_cast<VectorFileKind>(kind), query.unsigned_integer(1), query.unsigned_integer(2),
                             query.unsigned_integer(3)};
    if (kind > 1 || entry.rows > kLargestCount || entry.bytes > kLargestCount || entry.number >= manifest.next_file ||
        manifest.files.size() == kMaxFiles)
      return damaged(path, "files");
    manifest.files.push_back(entry);
  }
  const auto tails = std::ranges::count(manifest.files, VectorFileKind::tail, &FileEntry::kind);
  if (tails != 1) return damaged(path, "files");
  return {};
}

Result<> read_postings(Database& database, const std::string& path, Manifest& manifest) {
  VICINAL_TRY(Query query, database.query("SELECT number, first, last, rows, bytes FROM postings ORDER BY first"));
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) return {};
    const PostingsEntry entry = {query.unsigned_integer(0), query.unsigned_integer(1), query.unsigned_integer(2),
                                 query.unsigned_integer(3), query.unsigned_integer(4)};
    if (entry.first != manifest.postings_end() + 1 || entry.last < entry.first || entry.last > kLargestCount ||
        entry.rows > kLargestCount || entry.bytes > kLargestCount || entry.number >= manifest.next_file ||
        manifest.postings.size() == kMaxFiles)
      return damaged(path, "postings");
    manifest.postings.push_back(entry);
  }
}

Result<> read_fields(Database& database, const std::string& path, StoreIdentity& identity) {
  VICINAL_TRY(Query query, database.query("SELECT id, name FROM fields ORDER BY id"));
  identity.fields.clear();
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) break;
    if (query.unsigned_integer(0) != identity.fields.size() || identity.fields.size() == kMaxFields)
      return damaged(path, "fields");
    identity.fields.emplace_back(query.text(1));
  }
  return identity.fields.empty() ? Result<>(damaged(path, "fields")) : Result<>();
}

Result<> put(Database& database, std::string_view key, const std::string& value) {
  return database.run(
      "INSERT INTO manifest(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value", key,
      value);
}

Result<> write_files(Database& database, const Manifest& before, const Manifest& after) {
  for (const FileEntry& old : before.files)
    if (std::ranges::find(after.files, old.number, &FileEntry::number) == after.files.end())
      VICINAL_TRY_VOID(database.run("DELETE FROM files WHERE number = ?", old.number));
  for (const FileEntry& entry : after.files) {
    if (std::ranges::find(before.files, entry) != before.files.end()) continue;
    VICINAL_TRY_VOID(
        database.run("INSERT OR REPLACE INTO files(number, kind, field, rows, bytes) VALUES (?, ?, 0, ?, ?)",
                     entry.number, static_cast<uint64_t>(entry.kind), entry.rows, entry.bytes));
  }
  return {};
}

Result<> write_postings(Database& database, const Manifest& before, const Manifest& after) {
  for (const PostingsEntry& old : before.postings)
    if (std::ranges::find(after.postings, old) == after.postings.end())
      VICINAL_TRY_VOID(database.run("DELETE FROM postings WHERE number = ?", old.number));
  for (const PostingsEntry& entry : after.postings)
    if (std::ranges::find(before.postings, entry) == before.postings.end())
      VICINAL_TRY_VOID(database.run("INSERT INTO postings(number, first, last, rows, bytes) VALUES (?, ?, ?, ?, ?)",
                                    entry.number, entry.first, entry.last, entry.rows, entry.bytes));
  return {};
}

}  // namespace

const FileEntry& Manifest::tail() const {
  const auto found = std::ranges::find(files, VectorFileKind::tail, &FileEntry::kind);
  VICINAL_CHECK(found != files.end());
  return *found;
}

TailExtent Manifest::tail_extent(const std::string& folder) const {
  const FileEntry& entry = tail();
  return {vector_file_path(folder, entry.kind, entry.number),
          vector_file_identity(collection, entry.kind, entry.number), identity.dimensions, entry.rows, entry.bytes};
}

Result<Manifest> read_manifest(Database& database, const std::string& path) {
  Manifest manifest;
  VICINAL_TRY(const Values values, read_values(database, path));
  VICINAL_TRY_VOID(read_identity(values, path, manifest));
  VICINAL_TRY_VOID(read_fields(database, path, manifest.identity));
  VICINAL_TRY_VOID(read_state(database, path, manifest));
  VICINAL_TRY_VOID(read_files(database, path, manifest));
  VICINAL_TRY(manifest.format, read_format(database));
  if (!manifest.has_postings()) return manifest;
  VICINAL_TRY_VOID(take(values, "analyzer", path, manifest.identity.words.analyzer));
  manifest.identity.words.scoring = value_or_empty(values, "bm25");
  manifest.identity.words.language = value_or_empty(values, "language");
  manifest.identity.words.glossary = value_or_empty(values, "glossary");
  manifest.identity.noise_floor_json = value_or_empty(values, "noise_floor");
  VICINAL_TRY_VOID(read_postings(database, path, manifest));
  return manifest;
}

Result<uint64_t> read_last_commit(Database& database, const std::string& path) {
  VICINAL_TRY(Query query, database.query("SELECT last_commit FROM state WHERE one = 1"));
  VICINAL_TRY(const bool row, query.next());
  if (!row) return damaged(path, "state");
  return query.unsigned_integer(0);
}

Result<> write_new_manifest(Database& database, const Manifest& manifest) {
  const StoreIdentity& identity = manifest.identity;
  VICINAL_TRY_VOID(put(database, "space", identity.space));
  VICINAL_TRY_VOID(put(database, "space_json", identity.space_json));
  VICINAL_TRY_VOID(put(database, "model", identity.model));
  VICINAL_TRY_VOID(put(database, "dimensions", std::to_string(identity.dimensions)));
  VICINAL_TRY_VOID(put(database, "metric", std::string(metric_name(identity.metric))));
  VICINAL_TRY_VOID(put(database, "provenance", identity.provenance_json));
  VICINAL_TRY_VOID(put(database, "collection", std::to_string(manifest.collection)));
  VICINAL_TRY_VOID(write_words(database, identity.words));
  VICINAL_TRY_VOID(write_recipe(database, identity.recipe_json, identity.chunking));
  VICINAL_TRY_VOID(
      database.run("INSERT INTO state(one, last_commit, next_file, next_document, documents, chunks) "
                   "VALUES (1, 0, 1, 1, 0, 0)"));
  return write_state(database, Manifest{}, manifest);
}

Result<> write_state(Database& database, const Manifest& before, const Manifest& after) {
  VICINAL_TRY_VOID(write_files(database, before, after));
  VICINAL_TRY_VOID(write_postings(database, before, after));
  return database.run(
      "UPDATE state SET last_commit = ?, next_file = ?, next_document = ?, documents = ?, chunks = ? WHERE one = 1",
      after.last_commit, after.next_file, after.next_document, after.documents, after.chunks);
}

Result<> write_noise_floor(Database& database, const std::string& json) { return put(database, "noise_floor", json); }

Result<> write_words(Database& database, const WordSettings& words) {
  VICINAL_TRY_VOID(put(database, "analyzer", words.analyzer));
  VICINAL_TRY_VOID(put(database, "bm25", words.scoring));
  VICINAL_TRY_VOID(put(database, "language", words.language));
  return put(database, "glossary", words.glossary);
}

Result<> write_fields(Database& database, size_t there, const std::vector<std::string>& names) {
  if (names.size() > 1) VICINAL_TRY_VOID(create_field_texts(database));
  for (size_t number = there; number < names.size(); ++number)
    VICINAL_TRY_VOID(database.run("INSERT INTO fields(id, name) VALUES (?, ?)", uint64_t{number}, names[number]));
  return {};
}

Result<> write_recipe(Database& database, const std::string& recipe_json, const std::string& chunking) {
  VICINAL_TRY_VOID(put(database, "recipe", recipe_json));
  return put(database, "chunking", chunking);
}

}  // namespace vicinal::index
