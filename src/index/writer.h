#pragma once
/// Changes to a collection. Meanings: store.h.
///
/// The order of every commit: vectors appended to the tail, tail synced, database transaction committed (synced).
/// A process that dies in between leaves rows in the tail that no commit names. Not thread-safe.
///
/// Durability::batch makes one commit of several changes, a *group*: its database transaction stays open from call to
/// call, so nobody else sees it, and all of it is there after a crash or nothing. Durability::none commits each change
/// without syncing. Upkeep makes durable what came before it and syncs whatever the setting, because it unlinks files
/// that older commits name.

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "index/documents.h"
#include "index/merge.h"
#include "index/postings_upkeep.h"
#include "index/snapshot.h"
#include "index/store.h"
#include "index/tail_file.h"

namespace vicinal::index {

/// Of Store::OpenOptions.
struct WriterOptions {
  Durability durability = Durability::sync;
  uint64_t fresh_passages = kMaxFreshPassages;
};

class Writer {
 public:
  /// REQUIRES: the snapshot is a writer's; the lock is held as long as this lives.
  static Result<Writer> open(Snapshot& snapshot, Documents& documents, const WriterOptions& options);

  Result<> upsert(std::span<const DocumentWrite> documents, base::MatrixView vectors);
  Result<size_t> remove(std::span<const std::string> ids);
  Result<size_t> set_metadata(std::span<const MetadataWrite> writes);
  Result<> restamp(std::span<const SourceState> sources);
  Result<> set_recipe(const std::string& recipe_json, const std::string& chunking);
  Result<> set_words(const WordSettings& words);
  Result<> add_fields(std::span<const std::string> names);
  Result<> set_noise_floor(const std::string& json);
  Result<> flush();
  bool has_unsynced() const { return group_.has_value() || unsynced_; }
  /// Vectors and postings.
  Result<> maintain(const Watch& watch);
  Result<> compact(const Watch& watch);

 private:
  /// What one commit adds to the tail and makes of the manifest.
  struct Change {
    Manifest after;
    std::vector<RowId> ids;
    base::MatrixView vectors;
  };
  /// Changes that become one commit.
  struct Group {
    Transaction transaction;
    Manifest before;
    std::chrono::steady_clock::time_point begun;
    uint64_t rows = 0;
  };
  /// Runs `body` in the group's transaction and appends its rows; ends the group where the durability says so.
  template <class Body>
  Result<> change(Body&& body);
  /// The same as a durable commit of its own. `tail`: the tail that receives the rows. REQUIRES: no group is open.
  template <class Body>
  Result<> commit(TailWriter& tail, Body&& body);
  template <class Body>
  Result<> join_group(TailWriter& tail, Body&& body);
  Result<> begin_group();
  bool group_is_due() const;
  Result<> commit_group(TailWriter& tail);
  Result<> flush(TailWriter& tail);
  void give_up();
  Result<> write_documents(std::span<const DocumentWrite> documents, Change& change);
  Result<bool> erase(std::string_view id, Manifest& after);
  Result<> reopen_tail();
  Result<> ensure_current();
  Result<> end_failed_commit();
  Result<std::vector<FileEntry>> next_merge();
  Result<std::vector<FileEntry>> files_to_compact();
  Result<> merge(const std::vector<FileEntry>& files, const Watch& watch);
  Result<std::optional<TailWriter>> new_tail_for(const std::vector<FileEntry>& files);
  Result<> commit_merge(const std::vector<FileEntry>& files, const MergeResult& merged,
                        std::optional<TailWriter> new_tail);
  Result<> maintain_vectors(const Watch& watch);
  Result<> maintain_postings(uint64_t least_fresh, const Watch& watch);
  Result<> merge_all_postings(const Watch& watch);
  Result<> discard_damaged_postings(LookAt part);
  Result<> discard_postings();
  Result<> commit_postings(const PostingsChange& change);

  Writer(Snapshot& snapshot, Documents& documents, const WriterOptions& options)
      : snapshot_(&snapshot), documents_(&documents), options_(options) {}

  Snapshot* snapshot_;
  Documents* documents_;
  DocumentEncoder encoder_;
  WriterOptions options_;
  std::optional<Group> group_;
  bool unsynced_ = false;           ///< there are commits that no sync has followed
  std::optional<TailWriter> tail_;  ///< empty after a failed commit, until the database was read again
};

}  // namespace vicinal::index
