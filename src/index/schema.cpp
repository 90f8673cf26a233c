#include "index/schema.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "index/page_checksum.h"

namespace vicinal::index {

namespace {

// SQLite keeps each text as written here, so the check is a comparison.
constexpr std::array<std::string_view, 13> kStatements = {
    "CREATE TABLE manifest(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE state(one INTEGER PRIMARY KEY, last_commit INTEGER NOT NULL, next_file INTEGER NOT NULL, "
    "next_document INTEGER NOT NULL, documents INTEGER NOT NULL, chunks INTEGER NOT NULL)",
    "CREATE TABLE fields(id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
    "CREATE TABLE files(number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, field INTEGER NOT NULL REFERENCES "
    "fields(id), "
    "rows INTEGER NOT NULL, bytes INTEGER NOT NULL)",
    "CREATE TABLE sources(id INTEGER PRIMARY KEY, root TEXT NOT NULL UNIQUE)",
    "CREATE TABLE documents(id INTEGER PRIMARY KEY, external TEXT NOT NULL UNIQUE, source INTEGER REFERENCES "
    "sources(id), "
    "path TEXT NOT NULL, title TEXT NOT NULL, metadata TEXT NOT NULL, content_hash BLOB NOT NULL, device INTEGER NOT "
    "NULL, "
    "inode INTEGER NOT NULL, size INTEGER NOT NULL, modified_ns INTEGER NOT NULL, chunks INTEGER NOT NULL, "
    "checksum INTEGER NOT NULL)",
    "CREATE INDEX documents_by_source ON documents(source) WHERE source IS NOT NULL",
    "CREATE TABLE texts(document INTEGER PRIMARY KEY REFERENCES documents(id), bytes INTEGER NOT NULL, "
    "coding INTEGER NOT NULL, body BLOB NOT NULL)",
    "CREATE TABLE chunks(document INTEGER NOT NULL REFERENCES documents(id), field INTEGER NOT NULL REFERENCES "
    "fields(id), "
    "ordinal INTEGER NOT NULL, byte_start INTEGER NOT NULL, byte_end INTEGER NOT NULL, line_start INTEGER NOT NULL, "
    "line_end INTEGER NOT NULL, tokens INTEGER NOT NULL, embed_high INTEGER NOT NULL, embed_low INTEGER NOT NULL, "
    "PRIMARY KEY(document, field, ordinal)) WITHOUT ROWID",
    "CREATE INDEX chunks_by_embed ON chunks(embed_low)",
    "CREATE TABLE dead(document INTEGER PRIMARY KEY)",
    "CREATE TABLE postings(number INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, rows INTEGER NOT "
    "NULL, bytes INTEGER NOT NULL)",
    "CREATE TABLE dead_postings(document INTEGER PRIMARY KEY)",
};
constexpr size_t kStatementsOfFirst = 11;  // version 1 knew no words

// Only in collections with more fields than the body.
constexpr std::string_view kFieldTexts =
    "CREATE TABLE field_texts(document INTEGER NOT NULL REFERENCES documents(id), field INTEGER NOT NULL REFERENCES "
    "fields(id), bytes INTEGER NOT NULL, coding INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY(document, field))";

std::span<const std::string_view> statements_of(uint32_t version) {
  return std::span(kStatements).first(version == 1 ? kStatementsOfFirst : kStatements.size());
}

constexpr size_t kHeaderBytes = 100;

// Fields of SQLite's file header (https://www.sqlite.org/fileformat2.html, section 1.3), big-endian.
uint32_t big_endian(std::span<const std::byte> bytes, size_t offset, size_t count) {
  uint32_t value = 0;
  for (size_t i = 0; i < count; ++i) value = value << 8 | std::to_integer<uint32_t>(bytes[offset + i]);
  return value;
}

bool is_our_database(std::span<const std::byte> header) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  const bool magic = std::ranges::equal(header.first(kMagic.size()), std::as_bytes(std::span(kMagic)));
  return magic && big_endian(header, 16, 2) == kPageBytes && big_endian(header, 20, 1) == kPageChecksumBytes &&
         big_endian(header, 68, 4) == kApplicationId;
}

}  // namespace

Result<> check_database_header(Database& database, const std::string& path) {
  std::array<std::byte, kHeaderBytes> header;
  VICINAL_TRY_VOID(database.read_header(header));
  if (!is_our_database(header))
    return Error(Code::corrupt, "not the database of a collection, or damaged").with("path", path);
  const uint32_t version = big_endian(header, 60, 4);
  if (version >= kOldestFormatVersion && version <= kFormatVersion) return {};
  return Error(Code::unsupported, version > kFormatVersion
                                      ? "the collection was made by a newer version of vicinal"
                                      : "the collection's format is older than this version can read")
      .with("path", path)
      .with("version", version)
      .with("newest_known", kFormatVersion);
}

Result<> create_schema(Database& database) {
  for (std::string_view statement : kStatements) VICINAL_TRY_VOID(database.execute(std::string(statement)));
  VICINAL_TRY_VOID(database.execute("PRAGMA application_id = " + std::to_string(kApplicationId)));
  VICINAL_TRY_VOID(database.execute("PRAGMA user_version = " + std::to_string(kFormatVersion)));
  return database.run("INSERT INTO fields(id, name) VALUES (0, 'body')");
}

Result<> create_field_texts(Database& database) {
  VICINAL_TRY(Query known, database.query("SELECT 1 FROM sqlite_schema WHERE name = 'field_texts'"));
  VICINAL_TRY(const bool row, known.next());
  return row ? Result<>() : database.execute(std::string(kFieldTexts));
}

Result<uint32_t> read_format(Database& database) {
  VICINAL_TRY(Query query, database.query("PRAGMA user_version"));
  VICINAL_TRY([[maybe_unused]] const bool row, query.next());
  return static_cast<uint32_t>(query.integer(0));
}

Result<> upgrade_schema(Database& database) {
  VICINAL_TRY(Transaction transaction, Transaction::begin(database, Transaction::Kind::write));
  VICINAL_TRY(const uint32_t version, read_format(database));
  if (version == kFormatVersion) return {};
  for (const std::string_view statement : std::span(kStatements).subspan(kStatementsOfFirst))
    VICINAL_TRY_VOID(database.execute(std::string(statement)));
  VICINAL_TRY_VOID(database.run("INSERT INTO manifest(key, value) VALUES ('analyzer', 'unicode')"));
  VICINAL_TRY_VOID(database.execute("PRAGMA user_version = " + std::to_string(kFormatVersion)));
  return transaction.commit();
}

Result<> check_schema(Database& database, const std::string& path) {
  VICINAL_TRY(const uint32_t version, read_format(database));
  const auto statements = statements_of(version);
  // Indexes that SQLite makes for UNIQUE have no text of their own.
  VICINAL_TRY(Query query, database.query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"));
  size_t found = 0;
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) break;
    if (version >= 2 && query.text(0) == kFieldTexts) continue;
    const bool ours = std::ranges::find(statements, query.text(0)) != statements.end();
    if (!ours || ++found > statements.size())
      return Error(Code::corrupt, "the database has tables that a collection does not have").with("path", path);
  }
  if (found != statements.size())
    return Error(Code::corrupt, "the database lacks tables of a collection").with("path", path);
  return {};
}

}  // namespace vicinal::index
