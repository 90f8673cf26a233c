#pragma once
/// SQLite with results as values: a connection, statements that are prepared once, transactions that roll back.
///
/// Not thread-safe: one connection, one thread. Errors carry the file's path: a damaged database (SQLite's verdict
/// or a page checksum) is corrupt, a full disk or a refused read io, a lock that does not come busy.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/check.h"

struct sqlite3;
struct sqlite3_file;
struct sqlite3_stmt;

namespace vicinal::index {

/// A parameter that is bytes, not text.
struct Blob {
  std::span<const std::byte> bytes;
};

/// A statement in use; returns to its connection's store of prepared statements when it goes. Columns and what
/// they point at are valid until the next call of next(), columns count from 0.
class Query {
 public:
  Query(Query&& other) noexcept;
  Query& operator=(Query&&) = delete;
  ~Query();

  /// True: a row is there. False: the end.
  Result<bool> next();
  int64_t integer(int column) const;
  uint64_t unsigned_integer(int column) const { return static_cast<uint64_t>(integer(column)); }
  std::string_view text(int column) const;
  std::span<const std::byte> blob(int column) const;

 private:
  friend class Database;
  Query(sqlite3_stmt* statement, bool* in_use) : statement_(statement), in_use_(in_use) {}
  Result<> bind(int position, int64_t value);
  Result<> bind(int position, uint64_t value) { return bind(position, static_cast<int64_t>(value)); }
  Result<> bind(int position, std::string_view text);  ///< lives as long as the query
  Result<> bind(int position, const std::string& text) { return bind(position, std::string_view(text)); }
  Result<> bind(int position, Blob blob);

  sqlite3_stmt* statement_ = nullptr;
  bool* in_use_ = nullptr;  ///< null: a statement of its own, finalized at the end
};

class Database {
 public:
  enum class Mode {
    create,  ///< a new file with checksummed pages; must not exist
    write,
    read,       ///< other processes may write meanwhile
    immutable,  ///< nobody writes, and nothing can be created beside it (read-only media)
  };
  static Result<Database> open(const std::string& path, Mode mode);
  Database() = default;  ///< REQUIRES: assigned before use

  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  ~Database();

  /// One or more statements without parameters and results.
  Result<> execute(const std::string& sql);

  /// REQUIRES: `sql` is a literal (it is the key under which the statement is kept); text and blobs outlive the query.
  template <class... Values>
  Result<Query> query(const char* sql, const Values&... values) {
    VICINAL_TRY(Query query, prepare(sql));
    int position = 0;
    Result<> bound;
    ((bound = bound.ok() ? query.bind(++position, values) : std::move(bound)), ...);
    if (!bound) return std::move(bound).error();
    return query;
  }

  /// A statement without a result.
  template <class... Values>
  Result<> run(const char* sql, const Values&... values) {
    VICINAL_TRY(Query query, this->query(sql, values...));
    VICINAL_TRY([[maybe_unused]] bool row, query.next());
    return {};
  }

  /// The first bytes of the file as they lie there, past SQLite and its log. Through the connection's own handle: where
  /// a process closes any other handle of the file, POSIX drops the locks that SQLite holds on it.
  Result<> read_header(std::span<std::byte> out);

  /// Of the file, past SQLite and its log, through the same handle.
  Result<uint64_t> file_bytes();
  /// Reads one page (from 0) of the file and compares its checksum. corrupt with the page and its offset.
  Result<> check_page(uint64_t number);

  /// Told how many pages are done and how many there are; false ends the work as interrupted.
  using PageStep = std::function<bool(uint64_t done, uint64_t total)>;
  /// Copies the database, as the open transaction sees it, over `target`: an empty database of Mode::create.
  Result<> copy_to(Database& target, const PageStep& step);
  /// Rewrites the database without its free pages, in one transaction. `go_on` is asked now and then; false ends it as
  /// interrupted, and nothing has changed. Needs room for the database twice: once where SQLite keeps temporary files,
  /// once in the log.
  Result<> vacuum(const std::function<bool()>& go_on);

  int64_t last_insert_id() const;
  int64_t changes() const;  ///< rows that the last statement inserted, changed or deleted
  bool in_transaction() const;

 private:
  struct Prepared {
    sqlite3_stmt* statement = nullptr;
    bool in_use = false;
  };
  explicit Database(sqlite3* handle) : handle_(handle) {}
  Result<Query> prepare(const char* sql);
  sqlite3_file* file_handle() const;
  Error file_error(int rc) const;
  void close();

  sqlite3* handle_ = nullptr;
  std::unordered_map<const char*, std::unique_ptr<Prepared>> prepared_;
};

/// Rolls back when it goes without commit().
class Transaction {
 public:
  enum class Kind { read, write };
  static Result<Transaction> begin(Database& database, Kind kind);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Result<> commit();

 private:
  explicit Transaction(Database* database) : database_(database) {}
  Database* database_ = nullptr;
};

}  // namespace vicinal::index
