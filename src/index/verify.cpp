#include "index/verify.h"

#include <utility>

#include "index/folder.h"
#include "index/schema.h"
#include "index/snapshot.h"
#include "index/verify_database.h"
#include "index/verify_postings.h"
#include "index/verify_vectors.h"

namespace vicinal::index {

namespace {

using Advice = DamageLog::Advice;

// A merge unlinks files between the manifest and the maps; each retry sees a newer commit.
constexpr int kVerifyAttempts = 20;

/// Media that cannot be written to hold no log and no shared memory.
Result<Database> open_for_looking(const std::string& path) {
  auto database = Database::open(path, Database::Mode::read);
  if (!database) return database;
  if (auto read = database->query("SELECT 1 FROM sqlite_schema LIMIT 1"); read) {
    const auto row = read->next();
    if (row || row.error().code() != Code::io) return database;
  } else if (read.error().code() != Code::io) {
    return database;
  }
  return Database::open(path, Database::Mode::immutable);
}

class Verifier {
 public:
  Verifier(const std::string& folder, const Watch& watch) : folder_(folder), watch_(watch), damage_(report_, folder) {}

  Result<Verification> run() {
    VICINAL_TRY(Database database, open_for_looking(database_path(folder_)));
    const DatabaseCheck check = {database, database_path(folder_), damage_, watch_, report_};
    VICINAL_TRY_VOID(verify_pages(check));
    VICINAL_TRY(const bool readable, is_readable(check));
    if (readable) VICINAL_TRY_VOID(verify_content(check));
    if (damage_.count() == 0) VICINAL_TRY_VOID(open_as_usual());
    report_.seconds = watch_.seconds();
    return std::move(report_);
  }

 private:
  /// True: goes on. An error that is damage is noted, and ends the part that needs what is damaged.
  Result<bool> note(const Result<>& result) {
    if (result) return true;
    if (result.error().code() != Code::corrupt) return result.error();
    damage_.add(result.error(), Advice::restore);
    return false;
  }

  Result<bool> is_readable(const DatabaseCheck& check) {
    VICINAL_TRY(const bool header, note(check_database_header(check.database, check.path)));
    if (!header) return false;
    return note(check_schema(check.database, check.path));
  }

  Result<> verify_content(const DatabaseCheck& check) {
    for (int attempt = 1;; ++attempt) {
      VICINAL_TRY(Transaction reading, Transaction::begin(check.database, Transaction::Kind::read));
      auto manifest = read_manifest(check.database, check.path);
      if (!manifest) return ended(note(std::move(manifest).error()));
      Verification kept = report_;
      VICINAL_TRY(OpenedVectors vectors, open_vectors(folder_, *manifest, damage_));
      if (vectors.missing && attempt < kVerifyAttempts && moved_on(check, manifest->last_commit, reading)) {
        report_ = std::move(kept);
        continue;
      }
      return verify_commit(check, *manifest, vectors);
    }
  }

  static Result<> ended(const Result<bool>& noted) { return noted ? Result<>() : Result<>(noted.error()); }

  /// Whether there is a newer commit than the one whose file is missing.
  static bool moved_on(const DatabaseCheck& check, uint64_t commit, Transaction& reading) {
    if (!reading.commit()) return false;
    const auto newest = read_last_commit(check.database, check.path);
    return newest && *newest > commit;
  }

  Result<> verify_commit(const DatabaseCheck& check, const Manifest& manifest, OpenedVectors& vectors) {
    VICINAL_TRY_VOID(verify_documents(check, manifest));
    VICINAL_TRY_VOID(verify_blocks(check, folder_, manifest, vectors));
    VICINAL_TRY_VOID(ended(note(verify_postings(check, folder_, manifest))));
    return vectors.complete ? verify_owners(check, vectors) : Result<>();
  }

  /// What else an ordinary opening refuses, such as a database that is older than its vectors.
  Result<> open_as_usual() {
    auto snapshot = Snapshot::open(folder_, Snapshot::Role::reader);
    return snapshot ? Result<>() : ended(note(std::move(snapshot).error()));
  }

  std::string folder_;
  PacedWatch watch_;
  Verification report_;
  DamageLog damage_;
};

}  // namespace

Result<Verification> verify(const std::string& folder, const Watch& watch) {
  VICINAL_TRY(const FolderContent content, look_into(folder));
  if (!content.has_database && content.vector_files.empty())
    return Error(Code::not_found, "there is no collection").with("path", folder);
  if (!content.has_database) {
    Verification report;
    DamageLog(report, folder)
        .add(Error(Code::corrupt, "vector files lie in the folder, but their database is gone").with("path", folder),
             Advice::restore);
    return report;
  }
  return Verifier(folder, watch).run();
}

}  // namespace vicinal::index
