#pragma once
/// Changes to a collection, one commit each. Meanings: store.h.
///
/// The order of every commit: vectors appended to the tail, tail synced, database transaction committed (synced).
/// A process that dies in between leaves rows in the tail that no commit names. Not thread-safe.

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

class Writer {
 public:
  /// `fresh_passages`: Store::OpenOptions. REQUIRES: the snapshot is a writer's; the lock is held as long as this
  /// lives.
  static Result<Writer> open(Snapshot& snapshot, Documents& documents, uint64_t fresh_passages);

  Result<> upsert(std::span<const DocumentWrite> documents, base::MatrixView vectors);
  Result<size_t> remove(std::span<const std::string> ids);
  Result<size_t> set_metadata(std::span<const MetadataWrite> writes);
  Result<> restamp(std::span<const SourceState> sources);
  Result<> set_recipe(const std::string& recipe_json, const std::string& chunking);
  Result<> set_noise_floor(const std::string& json);
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
  /// Runs `body` in a transaction, appends its rows, commits. `tail`: the tail that receives them.
  template <class Body>
  Result<> commit(TailWriter& tail, Body&& body);
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

  Writer(Snapshot& snapshot, Documents& documents, uint64_t fresh_passages)
      : snapshot_(&snapshot), documents_(&documents), fresh_passages_(fresh_passages) {}

  Snapshot* snapshot_;
  Documents* documents_;
  uint64_t fresh_passages_;
  std::optional<TailWriter> tail_;  ///< empty after a failed commit, until the database was read again
};

}  // namespace vicinal::index
