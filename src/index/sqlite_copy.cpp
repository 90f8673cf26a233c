// The parts of a connection that go over a whole database: copying and rewriting it.

#include <sqlite3.h>

#include "index/sqlite.h"

namespace vicinal::index {

namespace {

constexpr int kCopyPages = 256;      // between two looks at a stop request
constexpr int kVacuumSteps = 20000;  // of SQLite's machine: milliseconds

}  // namespace

Result<> Database::copy_to(Database& target, const PageStep& step) {
  sqlite3_backup* const backup = sqlite3_backup_init(target.handle_, "main", handle_, "main");
  if (backup == nullptr) return target.file_error(sqlite3_extended_errcode(target.handle_));
  int rc = SQLITE_OK;
  bool stopped = false;
  while (rc == SQLITE_OK && !stopped) {
    rc = sqlite3_backup_step(backup, kCopyPages);
    const auto total = static_cast<uint64_t>(sqlite3_backup_pagecount(backup));
    stopped = !step(total - static_cast<uint64_t>(sqlite3_backup_remaining(backup)), total);
  }
  sqlite3_backup_finish(backup);
  if (rc == SQLITE_DONE) return {};
  if (rc == SQLITE_OK) return Error(Code::interrupted, "the copy was stopped");
  // A damaged page is the source's, a full disk the target's: the step says which trouble, not whose.
  Error error = file_error(rc);
  return error.code() == Code::corrupt ? error : target.file_error(rc);
}

Result<> Database::vacuum(const std::function<bool()>& go_on) {
  // SQLite attaches the new database while it fills it.
  sqlite3_limit(handle_, SQLITE_LIMIT_ATTACHED, 1);
  const auto stops = [](void* asked) { return (*static_cast<const std::function<bool()>*>(asked))() ? 0 : 1; };
  sqlite3_progress_handler(handle_, kVacuumSteps, stops, const_cast<std::function<bool()>*>(&go_on));
  auto done = execute("VACUUM");
  sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
  sqlite3_limit(handle_, SQLITE_LIMIT_ATTACHED, 0);
  return done;
}

}  // namespace vicinal::index
