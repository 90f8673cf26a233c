#include "index/sqlite.h"

#include <sqlite3.h>

#include <climits>
#include <utility>

#include "base/file.h"
#include "index/page_checksum.h"

namespace vicinal::index {

namespace {

// A value longer than this is damage, or a text that the store refuses to take.
constexpr int kLongestValue = 1'100'000'000;
constexpr int kBusyMs = 5000;

Code code_of(int extended) {
  if (extended == SQLITE_IOERR_DATA || extended == SQLITE_IOERR_CORRUPTFS || extended == SQLITE_IOERR_SHORT_READ)
    return Code::corrupt;
  switch (extended & 0xFF) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_NOMEM:
      return Code::io;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Code::busy;
    case SQLITE_INTERRUPT:
      return Code::interrupted;
    default:
      return Code::corrupt;  // the schema is checked at open, so any other refusal means wrong content
  }
}

std::string_view sentence_for(Code code, int extended) {
  if (extended == SQLITE_IOERR_DATA) return "a page of the database fails its checksum";
  switch (code) {
    case Code::io:
      return "the database cannot be read or written";
    case Code::busy:
      return "another process holds the database";
    case Code::interrupted:
      return "the statement was interrupted";
    default:
      return "the database is damaged";
  }
}

// SQLite says "full" of a write only; a sync or an opening may fail for it too.
bool is_full(sqlite3* handle, int extended) {
  const int primary = extended & 0xFF;
  if (primary == SQLITE_FULL) return true;
  return (primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN) && base::is_out_of_room(sqlite3_system_errno(handle));
}

Error sentence_of(sqlite3* handle, int extended) {
  const Code code = code_of(extended);
  const bool full = is_full(handle, extended);
  const char* path = sqlite3_db_filename(handle, "main");
  Error error(code, std::string(full ? "the disk is full" : sentence_for(code, extended)));
  error.with("path", path == nullptr ? "" : path).with("sqlite", extended);
  if (full) error.with("fix", base::kMakeRoom);
  return error;
}

Error error_of(sqlite3* handle) {
  return sentence_of(handle, sqlite3_extended_errcode(handle)).with("reason", sqlite3_errmsg(handle));
}

Error error_of(sqlite3_stmt* statement) { return error_of(sqlite3_db_handle(statement)); }

// A URI, so that read-only media can be opened immutable; the path's own special characters are escaped.
std::string uri_of(const std::string& path, Database::Mode mode) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string uri = "file:";
  for (unsigned char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                       c == '.' || c == '-' || c == '_';
    if (plain) {
      uri += static_cast<char>(c);
    } else {
      uri += '%';
      uri += kHex[c >> 4];
      uri += kHex[c & 15];
    }
  }
  return mode == Database::Mode::immutable ? uri + "?immutable=1" : uri;
}

int flags_of(Database::Mode mode) {
  const int common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
  switch (mode) {
    case Database::Mode::create:
      return common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case Database::Mode::write:
      return common | SQLITE_OPEN_READWRITE;
    default:
      return common | SQLITE_OPEN_READONLY;
  }
}

// SQLite opens a file to read where it cannot open it to write, and says so at the first write only.
Result<> require_writable(sqlite3* handle, Database::Mode mode) {
  const bool writes = mode == Database::Mode::create || mode == Database::Mode::write;
  if (!writes || sqlite3_db_readonly(handle, "main") == 0) return {};
  return Error(Code::io, "the database cannot be opened to write")
      .with("path", sqlite3_db_filename(handle, "main"))
      .with("fix", "check who may write the file, and that its disk is neither full nor read-only");
}

void harden(sqlite3* handle) {
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyMs);
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, kLongestValue);
  sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
}

}  // namespace

Query::Query(Query&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)), in_use_(std::exchange(other.in_use_, nullptr)) {}

Query::~Query() {
  if (statement_ == nullptr) return;
  if (in_use_ == nullptr) {
    sqlite3_finalize(statement_);
    return;
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  *in_use_ = false;
}

Result<bool> Query::next() {
  switch (sqlite3_step(statement_)) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      return error_of(statement_);
  }
}

int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Query::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return data == nullptr ? std::string_view()
                         : std::string_view(data, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
}

std::span<const std::byte> Query::blob(int column) const {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
  if (data == nullptr) return {};
  return {data, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

Result<> Query::bind(int position, int64_t value) {
  if (sqlite3_bind_int64(statement_, position, value) != SQLITE_OK) return error_of(statement_);
  return {};
}

Result<> Query::bind(int position, std::string_view text) {
  const char* data = text.empty() ? "" : text.data();
  if (sqlite3_bind_text64(statement_, position, data, text.size(), SQLITE_STATIC, SQLITE_UTF8) != SQLITE_OK)
    return error_of(statement_);
  return {};
}

Result<> Query::bind(int position, Blob blob) {
  const void* data = blob.bytes.empty() ? static_cast<const void*>("") : blob.bytes.data();
  if (sqlite3_bind_blob64(statement_, position, data, blob.bytes.size(), SQLITE_STATIC) != SQLITE_OK)
    return error_of(statement_);
  return {};
}

Result<Database> Database::open(const std::string& path, Mode mode) {
  sqlite3* handle = nullptr;
  const int rc = sqlite3_open_v2(uri_of(path, mode).c_str(), &handle, flags_of(mode), checksummed_vfs());
  if (handle == nullptr) return Error(Code::io, "no memory for a database connection").with("path", path);
  Database database(handle);
  if (rc != SQLITE_OK) return error_of(handle);
  VICINAL_TRY_VOID(require_writable(handle, mode));
  harden(handle);
  if (mode == Mode::create) {
    int reserved = kPageChecksumBytes;
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
    VICINAL_TRY_VOID(database.execute("PRAGMA page_size = 4096"));
  }
  if (mode == Mode::read || mode == Mode::immutable) {
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    sqlite3_wal_autocheckpoint(handle, 0);
  }
  return database;
}

Database::Database(Database&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), prepared_(std::move(other.prepared_)) {}

Database& Database::operator=(Database&& other) noexcept {
  if (this == &other) return *this;
  close();
  handle_ = std::exchange(other.handle_, nullptr);
  prepared_ = std::move(other.prepared_);
  return *this;
}

Database::~Database() { close(); }

void Database::close() {
  for (auto& [sql, prepared] : prepared_) sqlite3_finalize(prepared->statement);
  prepared_.clear();
  if (handle_ != nullptr) sqlite3_close_v2(handle_);
  handle_ = nullptr;
}

Result<> Database::execute(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return error_of(handle_);
  return {};
}

Result<Query> Database::prepare(const char* sql) {
  auto& kept = prepared_[sql];
  const bool own = kept != nullptr && kept->in_use;  // a walk whose caller asks again in between
  if (kept != nullptr && !own) {
    kept->in_use = true;
    return Query(kept->statement, &kept->in_use);
  }
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle_, sql, -1, own ? 0 : SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    if (!own) prepared_.erase(sql);
    return error_of(handle_);
  }
  if (own) return Query(statement, nullptr);
  kept = std::make_unique<Prepared>(Prepared{statement, true});
  return Query(statement, &kept->in_use);
}

sqlite3_file* Database::file_handle() const {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  VICINAL_CHECK(file != nullptr && file->pMethods != nullptr);
  return file;
}

Error Database::file_error(int rc) const { return sentence_of(handle_, rc); }

Result<> Database::read_header(std::span<std::byte> out) {
  sqlite3_file* const file = file_handle();
  const int rc = file->pMethods->xRead(file, out.data(), static_cast<int>(out.size()), 0);
  if (rc == SQLITE_OK) return {};
  return file_error(rc);
}

Result<uint64_t> Database::file_bytes() {
  sqlite3_file* const file = file_handle();
  sqlite3_int64 bytes = 0;
  const int rc = file->pMethods->xFileSize(file, &bytes);
  if (rc != SQLITE_OK) return file_error(rc);
  return static_cast<uint64_t>(bytes);
}

Result<> Database::check_page(uint64_t number) {
  alignas(16) std::byte page[kPageBytes];
  sqlite3_file* const file = file_handle();
  const uint64_t offset = number * kPageBytes;
  const int rc = file->pMethods->xRead(file, page, static_cast<int>(kPageBytes), static_cast<sqlite3_int64>(offset));
  if (rc == SQLITE_OK) return {};
  return file_error(rc).with("page", number + 1).with("offset", offset);
}

int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(handle_); }
int64_t Database::changes() const { return sqlite3_changes64(handle_); }
bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

Result<Transaction> Transaction::begin(Database& database, Kind kind) {
  VICINAL_TRY_VOID(database.execute(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN"));
  return Transaction(&database);
}

Transaction::Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  // A rollback that fails leaves nothing to do: SQLite rolls back by itself when the connection closes.
  if (database_ != nullptr && database_->in_transaction()) (void)database_->execute("ROLLBACK");
}

Result<> Transaction::commit() {
  VICINAL_TRY_VOID(database_->execute("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace vicinal::index
