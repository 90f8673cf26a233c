#include "index/verify_database.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <thread>
#include <utility>
#include <vector>

#include "index/documents.h"
#include "index/log_file.h"
#include "index/page_checksum.h"

namespace vicinal::index {

namespace {

using Advice = DamageLog::Advice;

constexpr int kPageLooks = 3;
constexpr std::chrono::milliseconds kBetweenPageLooks{5};
constexpr size_t kDocumentsAtOnce = 256;
constexpr int kMostComplaints = 100;

bool is_damage(const Error& error) { return error.code() == Code::corrupt || error.code() == Code::unsupported; }

/// Damage is noted and the work goes on; anything else ends it.
Result<> note_damage(const DatabaseCheck& check, const Error& error, Advice advice) {
  if (!is_damage(error)) return error;
  check.damage.add(error, advice);
  return {};
}

/// A page that a writer puts into the file at this moment is whole a moment later.
Result<> look_at_page(Database& database, uint64_t number) {
  for (int look = 1;; ++look) {
    auto seen = database.check_page(number);
    if (seen || look == kPageLooks || seen.error().code() != Code::corrupt) return seen;
    std::this_thread::sleep_for(kBetweenPageLooks);
  }
}

Result<LogSurvey> verify_log(const DatabaseCheck& check) {
  VICINAL_TRY(LogSurvey log, survey_log(check.path));
  if (log.damaged_at) {
    const bool one = log.commits_behind == 1;
    check.damage.add(Error(Code::corrupt, one ? "the last commit of the log is torn or damaged"
                                              : "the log is damaged; commits behind this place are lost")
                         .with("path", check.path + "-wal")
                         .with("offset", *log.damaged_at),
                     one ? Advice::after_power_loss : Advice::restore);
  }
  check.report.bytes += log.bytes;
  return log;
}

struct DocumentKey {
  uint64_t id = 0;
  std::string external;
};

Result<std::vector<DocumentKey>> documents_after(Database& database, uint64_t id) {
  std::vector<DocumentKey> keys;
  VICINAL_TRY(Query query, database.query("SELECT id, external FROM documents WHERE id > ? ORDER BY id LIMIT ?", id,
                                          uint64_t{kDocumentsAtOnce}));
  while (true) {
    auto row = query.next();
    if (!row && !keys.empty() && is_damage(row.error())) return keys;  // the next call meets it first
    if (!row) return std::move(row).error();
    if (!*row) return keys;
    keys.push_back({query.unsigned_integer(0), std::string(query.text(1))});
  }
}

/// Walks all documents; where a page of the table cannot be read, steps over more and more numbers until one can.
class DocumentWalk {
 public:
  DocumentWalk(const DatabaseCheck& check, const Manifest& manifest)
      : check_(&check), manifest_(&manifest), documents_(check.database, check.path) {}

  Result<> run() {
    check_->watch.begin("documents", manifest_->documents);
    while (true) {
      VICINAL_TRY(const bool more, next());
      if (!more) break;
    }
    check_->watch.end();
    return complete_ ? compare_counts() : Result<>();
  }

 private:
  Result<bool> next() {
    auto keys = documents_after(check_->database, last_);
    if (!keys) return step_over(keys.error());
    step_ = 1;
    for (const DocumentKey& key : *keys) {
      if (key.id <= last_) return out_of_order(key);  // a damaged tree may lead round in a circle
      last_ = key.id;
      VICINAL_TRY_VOID(check_->watch.at(++check_->report.documents));
      VICINAL_TRY_VOID(look_at(key));
    }
    return !keys->empty();
  }

  Result<bool> out_of_order(const DocumentKey& key) {
    complete_ = false;
    check_->damage.add(Error(Code::corrupt, "the documents' numbers do not ascend")
                           .with("path", check_->path)
                           .with("document", key.id)
                           .with("after_document", last_),
                       Advice::restore);
    return false;
  }

  Result<bool> step_over(const Error& error) {
    if (!is_damage(error)) return error;
    if (complete_) {
      Error named = error;
      check_->damage.add(std::move(named).with("after_document", last_), Advice::restore);
    }
    complete_ = false;
    // Numbers are signed in SQLite: a damaged counter must not lead back to the beginning.
    const uint64_t end = std::min<uint64_t>(manifest_->next_document, std::numeric_limits<int64_t>::max());
    if (last_ >= end || step_ >= end - last_) return false;
    last_ += step_;
    step_ *= 2;
    return true;
  }

  Result<> look_at(const DocumentKey& key) {
    auto found = documents_.read(key.external);
    if (found && *found && (*found)->id == key.id) {
      chunks_ += (*found)->document.chunks.size();
      return {};
    }
    if (found) found = Error(Code::corrupt, "a document is not found under its own id").with("path", check_->path);
    Error error = found.error();
    complete_ = false;
    return note_damage(*check_, error.with("id", key.external), Advice::rewrite_document);
  }

  Result<> compare_counts() const {
    const uint64_t documents = check_->report.documents;
    if (documents == manifest_->documents && chunks_ == manifest_->chunks) return {};
    check_->damage.add(Error(Code::corrupt, "the collection's counters are not what it holds")
                           .with("path", check_->path)
                           .with("documents", documents)
                           .with("documents_counted", manifest_->documents)
                           .with("chunks", chunks_)
                           .with("chunks_counted", manifest_->chunks),
                       Advice::restore);
    return {};
  }

  const DatabaseCheck* check_;
  const Manifest* manifest_;
  Documents documents_;
  uint64_t last_ = 0, step_ = 1, chunks_ = 0;
  bool complete_ = true;
};

/// Rows of a pragma that lists what is wrong; column `at` says it.
Result<> note_complaints(const DatabaseCheck& check, const char* sql, int at, std::string_view fine) {
  auto query = check.database.query(sql);
  if (!query) return note_damage(check, query.error(), Advice::restore);
  for (int listed = 0; listed < kMostComplaints; ++listed) {
    auto row = query->next();
    if (!row) return note_damage(check, row.error(), Advice::restore);
    if (!*row) return {};
    if (query->text(at) == fine) continue;
    check.damage.add(
        Error(Code::corrupt, "the database is damaged").with("path", check.path).with("reason", query->text(at)),
        Advice::restore);
  }
  return {};
}

}  // namespace

Result<> verify_pages(const DatabaseCheck& check) {
  VICINAL_TRY(const uint64_t bytes, check.database.file_bytes());
  VICINAL_TRY(const LogSurvey log, verify_log(check));
  const uint64_t pages = (bytes + kPageBytes - 1) / kPageBytes;
  check.watch.begin("pages", pages);
  for (uint64_t page = 0; page < pages; ++page) {
    VICINAL_TRY_VOID(check.watch.at(page));
    if (auto seen = look_at_page(check.database, page);
        !seen && !std::ranges::binary_search(log.pages, static_cast<uint32_t>(page + 1)))
      VICINAL_TRY_VOID(note_damage(check, seen.error(), Advice::restore));
  }
  check.report.pages = pages;
  check.report.bytes += bytes;
  check.watch.end();
  return {};
}

Result<> verify_documents(const DatabaseCheck& check, const Manifest& manifest) {
  const uint64_t before = check.damage.count();
  VICINAL_TRY_VOID(DocumentWalk(check, manifest).run());
  if (check.damage.count() > before) return {};
  // Structure says little more where rows are lost already.
  VICINAL_TRY_VOID(note_complaints(check, "PRAGMA integrity_check(100)", 0, "ok"));
  return note_complaints(check, "PRAGMA foreign_key_check", 0, "");
}

}  // namespace vicinal::index
