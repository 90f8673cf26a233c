#include "index/snapshot.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "index/schema.h"

namespace vicinal::index {

namespace {

// A merge unlinks files while a reader is between the manifest and the maps; each retry sees a newer commit.
constexpr int kAttempts = 100;

// Without write access SQLite can make no shared memory beside the database. What is in the log would then be
// missed, so the log must be empty before the database alone is believed.
bool log_is_empty(const std::string& path) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path + "-wal", error);
  return error || bytes == 0;
}

Result<std::vector<uint64_t>> read_dead(Database& database) {
  std::vector<uint64_t> documents;
  VICINAL_TRY(Query query, database.query("SELECT document FROM dead ORDER BY document"));
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) return documents;
    documents.push_back(query.unsigned_integer(0));
  }
}

Result<Database> open_and_check(const std::string& path, Database::Mode mode) {
  VICINAL_TRY(Database database, Database::open(path, mode));
  VICINAL_TRY_VOID(check_database_header(database, path));
  VICINAL_TRY_VOID(check_schema(database, path));
  return database;
}

// Reading a log takes shared memory in the folder.
Error log_out_of_reach(Error error, const std::string& folder) {
  if (::euidaccess(folder.c_str(), W_OK) != 0)
    error.with("fix", "its log holds commits and can be read only where the folder can be written: open it there once");
  return error;
}

Error missing_file(const std::string& folder, const Error& error) {
  const bool named = !error.data().empty() && error.data().front().first == "path";
  return Error(Code::corrupt, "a file that the collection's database names is missing")
      .with("path", named ? error.data().front().second : folder);
}

}  // namespace

Result<std::unique_ptr<Snapshot>> Snapshot::open(const std::string& folder, Role role) {
  std::unique_ptr<Snapshot> snapshot(new Snapshot(folder, role));
  VICINAL_TRY_VOID(snapshot->open_database());
  VICINAL_TRY_VOID(snapshot->refresh());
  return snapshot;
}

Result<> Snapshot::open_database() {
  const std::string path = database_path(folder_);
  reading_.reset();
  immutable_ = false;
  if (role_ == Role::writer) {
    VICINAL_TRY(database_, open_and_check(path, Database::Mode::write));
    return configure_writer();
  }
  auto opened = open_and_check(path, Database::Mode::read);
  if (!opened && opened.error().code() == Code::io) {
    if (!log_is_empty(path)) return log_out_of_reach(std::move(opened).error(), folder_);
    opened = open_and_check(path, Database::Mode::immutable);
    immutable_ = true;
  }
  if (!opened) return std::move(opened).error();
  database_ = *std::move(opened);
  return {};
}

Result<> Snapshot::configure_writer() {
  return database_.execute(
      "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 4000; PRAGMA "
      "journal_size_limit = 67108864; "
      "PRAGMA secure_delete = FAST; PRAGMA cache_size = -32768");
}

Result<> Snapshot::upgrade() {
  if (manifest_.format == kFormatVersion) return {};
  VICINAL_TRY_VOID(upgrade_schema(database_));
  distrust();
  return refresh();
}

Result<> Snapshot::refresh() {
  if (immutable_) VICINAL_TRY_VOID(open_database());  // it cannot see changes otherwise
  witnessed_.reset();
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto done = try_refresh();
    if (!done) {
      state_ = State::none;
      return std::move(done).error();
    }
    if (*done) return {};
  }
  return Error(Code::busy, "the collection changes faster than it can be opened").with("path", folder_);
}

Result<bool> Snapshot::try_refresh() {
  const std::string path = database_path(folder_);
  reading_.reset();
  std::optional<Transaction> reading;
  if (!database_.in_transaction()) {  // else it is a writer in the middle of a group
    VICINAL_TRY(Transaction begun, Transaction::begin(database_, Transaction::Kind::read));
    reading.emplace(std::move(begun));
  }
  VICINAL_TRY(const uint64_t newest, read_last_commit(database_, path));
  const bool unchanged = state_ == State::complete && newest == manifest_.last_commit;
  if (!unchanged) {
    const uint64_t tried = state_ == State::manifest_only ? manifest_.last_commit : newest + 1;
    VICINAL_TRY(manifest_, read_manifest(database_, path));
    ++version_;
    state_ = State::manifest_only;
    const bool first_try = role_ == Role::reader && tried != newest;  // a merge may have come in between
    auto loaded = load_files(first_try ? Missing::is_error : Missing::is_left_out);
    if (!loaded && loaded.error().code() == Code::not_found && first_try) return false;
    if (!loaded && loaded.error().code() == Code::not_found) return missing_file(folder_, loaded.error());
    if (!loaded) return std::move(loaded).error();
    VICINAL_TRY(const bool trusted, end_is_trusted());
    if (!trusted) return false;
  }
  if (role_ == Role::reader) reading_.emplace(*std::move(reading));
  return true;
}

Result<> Snapshot::load_files(Missing missing) {
  VICINAL_TRY_VOID(vectors_.load(folder_, manifest_));
  VICINAL_TRY(const std::vector<uint64_t> dead, read_dead(database_));
  VICINAL_TRY_VOID(vectors_.mark_dead(dead, manifest_.chunks, folder_));
  VICINAL_TRY_VOID(load_postings(missing));
  state_ = State::complete;
  return {};
}

// Mapped together with the vectors, so that a merge cannot take them away from an answer.
Result<> Snapshot::load_postings(Missing missing) {
  std::vector<PostingsFile> open = std::exchange(postings_, {});  // none that was moved from stays behind an error
  for (const PostingsEntry& entry : manifest_.postings) {
    const auto known = std::ranges::find(open, entry, [](const PostingsFile& file) { return file.entry(); });
    if (known != open.end()) {
      postings_.push_back(std::move(*known));
      continue;
    }
    auto file = PostingsFile::open(folder_, manifest_, entry);
    if (file) postings_.push_back(*std::move(file));
    if (!file && (file.error().code() != Code::not_found || missing == Missing::is_error))
      return std::move(file).error();
  }
  return {};
}

// A crash leaves at most the blocks of one commit that the database does not have. A reader may also see blocks of
// commits that were made since its transaction began; so a later transaction decides about what it saw before.
Result<bool> Snapshot::end_is_trusted() {
  const uint64_t witness = vectors_.newest_commit_behind_tail(folder_, manifest_);
  const auto proves_loss = [this](uint64_t commit) { return commit >= manifest_.last_commit + 2; };
  if (!proves_loss(witness)) return true;
  if (role_ == Role::reader && !immutable_ && !witnessed_) {
    witnessed_ = witness;
    state_ = State::none;
    return false;
  }
  if (role_ == Role::reader && !immutable_ && !proves_loss(*witnessed_)) return true;
  return Error(Code::corrupt, "the collection's database is older than its vectors: it has lost commits")
      .with("path", database_path(folder_))
      .with("database_commit", manifest_.last_commit)
      .with("vectors_commit", witness);
}

void Snapshot::write_back_log() {
  if (log_is_empty(database_path(folder_))) return;
  // Where it fails, or somebody still reads an older commit, the log stays for the next writer.
  (void)database_.execute("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)");
}

void Snapshot::advance(Manifest manifest) {
  manifest_ = std::move(manifest);
  ++version_;
  state_ = State::manifest_only;
}

Result<std::shared_ptr<const WordRules>> Snapshot::word_rules() {
  if (word_rules_ == nullptr || known_words_ != manifest_.identity.words) {
    VICINAL_TRY(word_rules_, WordRules::make(manifest_.identity.words));
    known_words_ = manifest_.identity.words;
  }
  return word_rules_;
}

Result<VectorSet*> Snapshot::vectors() {
  if (state_ == State::none) VICINAL_TRY_VOID(refresh());
  if (state_ == State::manifest_only) {
    if (auto loaded = load_files(Missing::is_left_out); !loaded) {
      state_ = State::none;
      return std::move(loaded).error();
    }
  }
  return &vectors_;
}

}  // namespace vicinal::index
