#include "index/backup.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

#include "base/file.h"
#include "index/copy_folder.h"
#include "index/folder.h"
#include "index/local_disk.h"
#include "index/paced_watch.h"
#include "index/snapshot.h"
#include "index/verify.h"

namespace vicinal::index {

namespace {

constexpr size_t kCopyBytes = size_t{4} << 20;

Result<std::unique_ptr<Snapshot>> open_snapshot(const std::string& folder) {
  VICINAL_TRY(const FolderContent content, look_into(folder));
  if (!content.has_database) return Error(Code::not_found, "there is no collection").with("path", folder);
  return Snapshot::open(folder, Snapshot::Role::reader);
}

uint64_t file_bytes(const Manifest& manifest) {
  uint64_t bytes = 0;
  for (const FileEntry& entry : manifest.files) bytes += entry.bytes;
  for (const PostingsEntry& entry : manifest.postings) bytes += entry.bytes;
  return bytes;
}

class Copier {
 public:
  Copier(Snapshot& snapshot, const std::string& to, PacedWatch& watch)
      : snapshot_(&snapshot), to_(to), watch_(&watch) {}

  Result<CopyReport> run() {
    const Manifest& manifest = snapshot_->manifest();
    VICINAL_TRY(VectorSet* const vectors, snapshot_->vectors());
    watch_->begin("copy", file_bytes(manifest));
    for (VectorSet::OpenFile& file : vectors->files()) VICINAL_TRY_VOID(copy_vectors(file));
    for (PostingsFile& file : snapshot_->postings()) VICINAL_TRY_VOID(copy_postings(file));
    watch_->end();
    VICINAL_TRY_VOID(copy_database());
    return CopyReport{
        manifest.documents,   manifest.chunks,  vectors->files().size() + snapshot_->postings().size(), bytes_,
        manifest.last_commit, watch_->seconds()};
  }

 private:
  Result<> copy_vectors(VectorSet::OpenFile& file) {
    VectorFile& vectors = *file.vectors;
    for (size_t i = 0; i < vectors.blocks(); ++i)
      if (auto block = vectors.block(i); !block) return std::move(block).error();
    VICINAL_TRY(base::File out, base::File::open(vector_file_path(to_, file.entry.kind, file.entry.number),
                                                 base::File::Mode::create_exclusive));
    VICINAL_TRY_VOID(copy_bytes(vectors.bytes().first(file.entry.bytes), out));
    for (size_t i = 0; i < vectors.blocks(); ++i) vectors.release(i);
    return out.sync();
  }

  /// A damaged one is left out: the copy's first writer makes it anew from the texts.
  Result<> copy_postings(PostingsFile& file) {
    if (!file.verify_frame()) return {};
    VICINAL_TRY(base::File out,
                base::File::open(postings_file_path(to_, file.entry().number), base::File::Mode::create_exclusive));
    VICINAL_TRY_VOID(copy_bytes(file.bytes(), out));
    return out.sync();
  }

  Result<> copy_bytes(std::span<const std::byte> bytes, base::File& out) {
    for (size_t at = 0; at < bytes.size(); at += kCopyBytes) {
      const size_t part = std::min(kCopyBytes, bytes.size() - at);
      VICINAL_TRY_VOID(out.write_at(at, bytes.subspan(at, part)));
      VICINAL_TRY_VOID(watch_->at(bytes_ += part));
    }
    return {};
  }

  Result<> copy_database() {
    const std::string path = database_path(to_);
    watch_->begin("database", 0);
    {
      VICINAL_TRY(Database target, Database::open(path, Database::Mode::create));
      // Until the folder has its name, nothing in it has to survive: no journal, one sync at the end.
      VICINAL_TRY_VOID(target.execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF"));
      VICINAL_TRY_VOID(
          snapshot_->database().copy_to(target, [this](uint64_t done, uint64_t) { return watch_->at(done).ok(); }));
    }
    VICINAL_TRY(base::File file, base::File::open(path, base::File::Mode::read_write));
    VICINAL_TRY(const uint64_t bytes, file.size());
    bytes_ += bytes;
    return file.sync();
  }

  Snapshot* snapshot_;
  std::string to_;
  PacedWatch* watch_;
  uint64_t bytes_ = 0;
};

Result<CopyReport> copy_collection(const std::string& from, const CopyFolder& to, PacedWatch& watch) {
  VICINAL_TRY(const auto snapshot, open_snapshot(from));
  return Copier(*snapshot, to.path(), watch).run();
}

bool is_there(const std::string& path) {
  std::error_code error;
  return std::filesystem::symlink_status(path, error).type() != std::filesystem::file_type::not_found;
}

bool is_empty_folder(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error) && std::filesystem::is_empty(path, error) && !error;
}

std::string parent_of(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().parent_path().string();
}

/// Whether a collection is there that has to make room.
Result<bool> check_destination(const std::string& folder, bool replace) {
  if (!is_there(folder) || is_empty_folder(folder)) return false;
  std::error_code error;
  if (std::filesystem::is_symlink(folder, error))
    return Error(Code::invalid_argument, "the collection's folder is a link")
        .with("path", folder)
        .with("fix", "name the folder that it leads to");
  VICINAL_TRY(const FolderContent content, look_into(folder));
  if (content.foreign > 0 || (!content.has_database && content.vector_files.empty()))
    return Error(Code::invalid_argument, "the folder holds other things than a collection").with("path", folder);
  if (replace) return true;
  return Error(Code::invalid_argument, "a collection is there already")
      .with("path", folder)
      .with("fix", "--force replaces it");
}

/// What is derived may be damaged, or left out because it was when the backup was taken: it is made anew.
Result<> verify_backup(const std::string& backup, const Watch& watch) {
  VICINAL_TRY(const Verification report, verify(backup, watch));
  if (report.damages == report.derived_damages) return {};
  const Damage& first = report.findings.front();
  return Error(Code::corrupt, "the backup is damaged: " + first.problem)
      .with("path", first.path)
      .with("place", first.place)
      .with("damages", report.damages)
      .with("fix", "vicinal verify --collection " + backup + " lists all of it; take another backup");
}

}  // namespace

Result<CopyReport> back_up(const std::string& folder, const std::string& target, const Watch& watch) {
  if (is_there(target) && !is_empty_folder(target))
    return Error(Code::invalid_argument, "the target is there already")
        .with("path", target)
        .with("fix", "name a folder that is not there yet");
  PacedWatch paced(watch);
  if (auto snapshot = open_snapshot(folder); !snapshot) return std::move(snapshot).error();  // before a folder is made
  VICINAL_TRY(CopyFolder copy, CopyFolder::make(target));
  VICINAL_TRY(const CopyReport report, copy_collection(folder, copy, paced));
  VICINAL_TRY_VOID(copy.publish());
  return report;
}

Result<CopyReport> restore(const std::string& backup, const std::string& folder, bool replace, const Watch& watch) {
  VICINAL_TRY(const bool replaces, check_destination(folder, replace));
  VICINAL_TRY_VOID(verify_backup(backup, watch));
  VICINAL_TRY_VOID(require_local_disk(parent_of(folder)));
  PacedWatch paced(watch);
  VICINAL_TRY(CopyFolder copy, CopyFolder::make(folder));
  VICINAL_TRY(const CopyReport report, copy_collection(backup, copy, paced));
  if (!replaces) {
    VICINAL_TRY_VOID(copy.publish());
    return report;
  }
  VICINAL_TRY(const WriterLock old, WriterLock::take(lock_path(folder), {watch, -1}));
  VICINAL_TRY_VOID(copy.exchange());
  return report;
}

}  // namespace vicinal::index
