#include "index/documents.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/json.h"
#include "index/document_checksum.h"

namespace vicinal::index {

namespace {

constexpr uint64_t kMostChunks = uint64_t{1} << 31;

Blob hash_blob(const base::Hash128& hash) { return {std::as_bytes(std::span(&hash, 1))}; }

SourceState source_state(const Query& query, std::string id, const base::Hash128& hash) {
  base::FileStamp stamp;
  stamp.device = query.unsigned_integer(2);
  stamp.inode = query.unsigned_integer(3);
  stamp.size = query.unsigned_integer(4);
  stamp.modified_ns = query.integer(5);
  return {std::move(id), hash, stamp};
}

// Columns: external, content_hash, device, inode, size, modified_ns.
Result<SourceState> read_source(const Query& query, const std::string& path) {
  base::Hash128 hash;
  const auto blob = query.blob(1);
  if (blob.size() != sizeof hash)
    return Error(Code::corrupt, "a document's content hash is damaged").with("path", path);
  std::memcpy(&hash, blob.data(), sizeof hash);
  return source_state(query, std::string(query.text(0)), hash);
}

// Columns from the sixth on: path, title, metadata, root.
base::Hash128 version_of(const base::Hash128& content, const Query& query) {
  std::vector<uint64_t> parts = {content.high, content.low};
  for (int column = 6; column < 10; ++column) {
    parts.push_back(query.text(column).size());
    parts.push_back(base::xxh3_64(query.text(column)));
  }
  const auto bytes = std::as_bytes(std::span(parts));
  return base::xxh3_128(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

Chunk chunk_in(const Query& query) {
  Chunk chunk;
  chunk.byte_start = query.unsigned_integer(1);
  chunk.byte_end = query.unsigned_integer(2);
  chunk.line_start = query.unsigned_integer(3);
  chunk.line_end = query.unsigned_integer(4);
  chunk.tokens = query.unsigned_integer(5);
  chunk.field = query.unsigned_integer(6);
  return chunk;
}

}  // namespace

Error Documents::damaged(std::string_view what, uint64_t id) const {
  return Error(Code::corrupt, std::string(what)).with("path", path_).with("document", id);
}

Result<std::optional<uint64_t>> Documents::source_number(const std::string& root) {
  if (root.empty()) return std::optional<uint64_t>();
  VICINAL_TRY(Query known, database_->query("SELECT id FROM sources WHERE root = ?", root));
  VICINAL_TRY(const bool row, known.next());
  if (row) return std::optional(known.unsigned_integer(0));
  VICINAL_TRY_VOID(database_->run("INSERT INTO sources(root) VALUES (?)", root));
  return std::optional(static_cast<uint64_t>(database_->last_insert_id()));
}

Result<bool> Documents::insert(uint64_t id, const DocumentWrite& document, const EncodedDocument& encoded) {
  VICINAL_TRY(const std::optional<uint64_t> source, source_number(document.source_root));
  const base::FileStamp& stamp = document.stamp;
  VICINAL_TRY_VOID(
      database_->run("INSERT INTO documents(id, external, source, path, title, metadata, content_hash, device, inode, "
                     "size, modified_ns, "
                     "chunks, checksum) VALUES (?, ?, nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                     "ON CONFLICT(external) DO NOTHING",
                     id, document.id, source.value_or(0), document.path, document.title, stored_metadata(document),
                     hash_blob(document.content_hash), stamp.device, stamp.inode, stamp.size, stamp.modified_ns,
                     uint64_t{document.chunks.size()}, encoded.checksum));
  if (database_->changes() == 0) return false;
  VICINAL_TRY_VOID(insert_text(id, document.text, encoded.text));
  VICINAL_TRY_VOID(insert_fields(id, document.fields, encoded.fields));
  VICINAL_TRY_VOID(insert_chunks(id, document));
  return true;
}

Result<> Documents::insert_text(uint64_t id, std::string_view text, const EncodedText& encoded) {
  return database_->run("INSERT INTO texts(document, bytes, coding, body) VALUES (?, ?, ?, ?)", id,
                        uint64_t{text.size()}, static_cast<uint64_t>(encoded.coding), Blob{encoded.stored(text)});
}

Result<> Documents::insert_fields(uint64_t id, std::span<const FieldText> fields,
                                  std::span<const EncodedText> encoded) {
  for (size_t i = 0; i < fields.size(); ++i)
    VICINAL_TRY_VOID(
        database_->run("INSERT INTO field_texts(document, field, bytes, coding, body) VALUES (?, ?, ?, ?, ?)", id,
                       uint64_t{fields[i].field}, uint64_t{fields[i].text.size()},
                       static_cast<uint64_t>(encoded[i].coding), Blob{encoded[i].stored(fields[i].text)}));
  return {};
}

Result<> Documents::insert_chunks(uint64_t id, const DocumentWrite& document) {
  for (size_t i = 0; i < document.chunks.size(); ++i) {
    const Chunk& chunk = document.chunks[i];
    const base::Hash128& hash = document.embed_hashes[i];
    VICINAL_TRY_VOID(database_->run(
        "INSERT INTO chunks(document, field, ordinal, byte_start, byte_end, line_start, line_end, tokens, embed_high, "
        "embed_low) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id, uint64_t{chunk.field}, uint64_t{i}, uint64_t{chunk.byte_start}, uint64_t{chunk.byte_end},
        uint64_t{chunk.line_start}, uint64_t{chunk.line_end}, uint64_t{chunk.tokens}, hash.high, hash.low));
  }
  return {};
}

Result<std::optional<Documents::Erased>> Documents::erase(std::string_view external) {
  Erased erased;
  {
    VICINAL_TRY(Query query, database_->query("SELECT id, chunks FROM documents WHERE external = ?", external));
    VICINAL_TRY(const bool row, query.next());
    if (!row) return std::optional<Erased>();
    erased = {query.unsigned_integer(0), query.unsigned_integer(1)};
  }
  if (erased.chunks > 0) VICINAL_TRY_VOID(database_->run("INSERT INTO dead(document) VALUES (?)", erased.id));
  VICINAL_TRY_VOID(database_->run("DELETE FROM chunks WHERE document = ?", erased.id));
  VICINAL_TRY_VOID(database_->run("DELETE FROM texts WHERE document = ?", erased.id));
  VICINAL_TRY(const bool fields, has_fields());
  if (fields) VICINAL_TRY_VOID(database_->run("DELETE FROM field_texts WHERE document = ?", erased.id));
  VICINAL_TRY_VOID(database_->run("DELETE FROM documents WHERE id = ?", erased.id));
  return std::optional(erased);
}

Result<> Documents::restamp(const SourceState& source) {
  return database_->run(
      "UPDATE documents SET content_hash = ?, device = ?, inode = ?, size = ?, modified_ns = ? WHERE external = ?",
      hash_blob(source.content_hash), source.stamp.device, source.stamp.inode, source.stamp.size,
      source.stamp.modified_ns, source.id);
}

Result<bool> Documents::set_metadata(const MetadataWrite& write) {
  VICINAL_TRY(const std::optional<Found> found, read(write.id));
  if (!found) return false;
  const Document& document = found->document;
  const uint64_t checksum = document_checksum(
      {document.id, document.path, document.title, write.metadata, document.text, document.chunks, document.fields});
  VICINAL_TRY_VOID(database_->run("UPDATE documents SET metadata = ?, checksum = ? WHERE id = ?", write.metadata,
                                  checksum, found->id));
  return true;
}

Result<std::optional<DocumentWrite>> Documents::written(std::string_view external) {
  VICINAL_TRY(std::optional<Found> found, read(external));
  VICINAL_TRY(std::optional<SourceState> source_of, source(external));
  if (!found || !source_of) return std::optional<DocumentWrite>();
  VICINAL_TRY(Query query, database_->query("SELECT root FROM sources WHERE id = (SELECT source FROM documents WHERE "
                                            "id = ?)",
                                            found->id));
  VICINAL_TRY(const bool mirrors, query.next());
  Document& document = found->document;
  return std::optional(DocumentWrite{.id = std::move(document.id),
                                     .source_root = mirrors ? std::string(query.text(0)) : std::string(),
                                     .path = std::move(document.path),
                                     .title = std::move(document.title),
                                     .text = std::move(document.text),
                                     .metadata = std::move(document.metadata),
                                     .content_hash = source_of->content_hash,
                                     .stamp = source_of->stamp,
                                     .fields = std::move(document.fields),
                                     .chunks = std::move(document.chunks),
                                     .embed_hashes = {}});
}

Result<std::vector<DocumentVersion>> Documents::versions(std::string_view after, size_t limit) {
  VICINAL_TRY(
      Query query,
      database_->query("SELECT external, content_hash, device, inode, size, modified_ns, path, title, metadata, "
                       "coalesce((SELECT root FROM sources WHERE sources.id = source), '') FROM documents "
                       "WHERE external > ? ORDER BY external LIMIT ?",
                       after, static_cast<int64_t>(limit)));
  std::vector<DocumentVersion> versions;
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) return versions;
    VICINAL_TRY(SourceState state, read_source(query, path_));
    const base::Hash128 version = version_of(state.content_hash, query);
    versions.push_back({std::move(state), version});
  }
}

Result<std::optional<std::string>> Documents::metadata(std::string_view external) {
  VICINAL_TRY(Query query, database_->query("SELECT metadata FROM documents WHERE external = ?", external));
  VICINAL_TRY(const bool row, query.next());
  if (!row) return std::optional<std::string>();
  return std::optional(std::string(query.text(0)));
}

Result<std::optional<Documents::Found>> Documents::read(std::string_view external) {
  VICINAL_TRY(Query query,
              database_->query("SELECT id, path, title, metadata, chunks, checksum FROM documents WHERE external = ?",
                               external));
  VICINAL_TRY(const bool row, query.next());
  if (!row) return std::optional<Found>();
  Found found = {query.unsigned_integer(0), {}};
  Document& document = found.document;
  document.id = external;
  document.path = query.text(1);
  document.title = query.text(2);
  document.metadata = query.text(3);
  VICINAL_TRY(document.text, read_text(found.id));
  VICINAL_TRY(document.fields, read_fields(found.id));
  VICINAL_TRY(document.chunks, read_chunks(found.id, query.unsigned_integer(4), document));
  const DocumentParts parts = {document.id,   document.path,   document.title, document.metadata,
                               document.text, document.chunks, document.fields};
  if (document_checksum(parts) != query.unsigned_integer(5)) return damaged("a document fails its checksum", found.id);
  return std::optional(std::move(found));
}

Result<std::string> Documents::read_text(uint64_t id) {
  VICINAL_TRY(Query query, database_->query("SELECT bytes, coding, body FROM texts WHERE document = ?", id));
  VICINAL_TRY(const bool row, query.next());
  if (!row) return damaged("a document has no text", id);
  return text_in(query, 0, id);
}

Result<std::string> Documents::text_in(const Query& query, int column, uint64_t id) const {
  const uint64_t coding = query.unsigned_integer(column + 1);
  if (coding > 1) return damaged("a stored text has an unknown coding", id);
  auto text = decode_text(static_cast<TextCoding>(coding), query.blob(column + 2), query.unsigned_integer(column));
  if (!text) return damaged(text.error().message(), id);
  return text;
}

Result<bool> Documents::has_fields() {
  VICINAL_TRY(Query query, database_->query("SELECT 1 FROM fields WHERE id > 0"));
  return query.next();
}

Result<std::vector<FieldText>> Documents::read_fields(uint64_t id) {
  std::vector<FieldText> fields;
  VICINAL_TRY(const bool any, has_fields());
  if (!any) return fields;
  VICINAL_TRY(Query query, database_->query("SELECT field, name, bytes, coding, body FROM field_texts JOIN fields ON "
                                            "fields.id = field WHERE document = ? ORDER BY field",
                                            id));
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) return fields;
    if (fields.size() == kMaxFields) return damaged("a document has too many fields", id);
    FieldText& field = fields.emplace_back(FieldText{query.unsigned_integer(0), std::string(query.text(1)), {}});
    VICINAL_TRY(field.text, text_in(query, 2, id));
  }
}

Result<std::vector<Chunk>> Documents::read_chunks(uint64_t id, uint64_t expected, const Document& document) {
  std::vector<Chunk> chunks;
  VICINAL_TRY(Query query,
              database_->query("SELECT ordinal, byte_start, byte_end, line_start, line_end, tokens, field FROM "
                               "chunks WHERE document = ? ORDER BY field, ordinal",
                               id));
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) break;
    const Chunk chunk = chunk_in(query);
    const bool owned =
        chunk.field == 0 || std::ranges::find(document.fields, chunk.field, &FieldText::field) != document.fields.end();
    const bool possible = owned && query.unsigned_integer(0) == chunks.size() && chunk.byte_start <= chunk.byte_end &&
                          chunk.byte_end <= document.field_text(chunk.field).size() &&
                          chunks.size() < std::min(expected, kMostChunks);
    if (!possible) return damaged("a chunk is damaged", id);
    chunks.push_back(chunk);
  }
  if (chunks.size() != expected) return damaged("a document has lost chunks", id);
  return chunks;
}

Result<std::optional<uint64_t>> Documents::internal_id(std::string_view external) {
  VICINAL_TRY(Query query, database_->query("SELECT id FROM documents WHERE external = ?", external));
  VICINAL_TRY(const bool row, query.next());
  return row ? std::optional(query.unsigned_integer(0)) : std::nullopt;
}

Result<std::string> Documents::external_id(uint64_t id) {
  VICINAL_TRY(Query query, database_->query("SELECT external FROM documents WHERE id = ?", id));
  VICINAL_TRY(const bool row, query.next());
  if (!row) return damaged("a vector's document is missing", id);
  return std::string(query.text(0));
}

Result<std::vector<std::string>> Documents::list(std::string_view after, size_t limit) {
  std::vector<std::string> ids;
  const auto most = static_cast<int64_t>(std::min<size_t>(limit, std::numeric_limits<int64_t>::max()));
  VICINAL_TRY(
      Query query,
      database_->query("SELECT external FROM documents WHERE external > ? ORDER BY external LIMIT ?", after, most));
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) return ids;
    ids.emplace_back(query.text(0));
  }
}

Result<> Documents::each_id(const std::function<void(uint64_t, std::string_view)>& take) {
  VICINAL_TRY(Query query, database_->query("SELECT id, external FROM documents ORDER BY id"));
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) return {};
    take(query.unsigned_integer(0), query.text(1));
  }
}

Result<std::vector<uint64_t>> Documents::ids() {
  std::vector<uint64_t> ids;
  VICINAL_TRY(Query query, database_->query("SELECT id FROM documents ORDER BY id"));
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) return ids;
    ids.push_back(query.unsigned_integer(0));
  }
}

Result<> Documents::each_metadata(const std::function<void(const filter::FilteredDocument&)>& take) {
  VICINAL_TRY(Query query, database_->query("SELECT id, external, path, title, metadata FROM documents ORDER BY id"));
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) return {};
    const auto metadata = base::Json::parse(query.text(4));
    if (!metadata) return damaged("a document's metadata is no JSON", query.unsigned_integer(0));
    take({.id = query.text(1), .path = query.text(2), .title = query.text(3), .metadata = &*metadata});
  }
}

Result<std::optional<SourceState>> Documents::source(std::string_view external) {
  VICINAL_TRY(Query query,
              database_->query("SELECT external, content_hash, device, inode, size, modified_ns FROM documents "
                               "WHERE external = ?",
                               external));
  VICINAL_TRY(const bool row, query.next());
  if (!row) return std::optional<SourceState>();
  VICINAL_TRY(SourceState state, read_source(query, path_));
  return std::optional(std::move(state));
}

Result<std::vector<SourceState>> Documents::sources(std::string_view root) {
  std::vector<SourceState> states;
  VICINAL_TRY(Query query,
              database_->query("SELECT external, content_hash, device, inode, size, modified_ns FROM documents "
                               "WHERE source = (SELECT id FROM sources WHERE root = ?)",
                               root));
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) return states;
    VICINAL_TRY(SourceState state, read_source(query, path_));
    states.push_back(std::move(state));
  }
}

Result<std::optional<Documents::ChunkKey>> Documents::chunk_with(const base::Hash128& embed_hash) {
  VICINAL_TRY(Query query,
              database_->query("SELECT document, ordinal FROM chunks WHERE embed_low = ? AND embed_high = ? LIMIT 1",
                               embed_hash.low, embed_hash.high));
  VICINAL_TRY(const bool row, query.next());
  if (!row) return std::optional<ChunkKey>();
  return std::optional(ChunkKey{query.unsigned_integer(0), static_cast<uint32_t>(query.unsigned_integer(1))});
}

}  // namespace vicinal::index
