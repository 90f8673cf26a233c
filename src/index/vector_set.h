#pragma once
/// All vector files of one commit, mapped, with the rows that no longer count.
///
/// Files are pinned: a file that a later commit unlinks stays readable here. Not thread-safe.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "index/code_file.h"
#include "index/manifest.h"
#include "index/vector_file.h"

namespace vicinal::index {

/// One bit a row; no memory until a row is dead.
class DeadRows {
 public:
  void clear();
  void mark(uint64_t row, uint64_t rows);  ///< `rows`: of the file
  bool dead(uint64_t row) const { return !bits_.empty() && (bits_[row / 64] >> (row % 64) & 1) != 0; }
  uint64_t count() const { return count_; }

 private:
  std::vector<uint64_t> bits_;
  uint64_t count_ = 0;
};

/// Which codes belong to a segment of the collection.
CodeExtent code_extent(const std::string& folder, const Manifest& manifest, const FileEntry& entry,
                       const VectorFile& segment);

class VectorSet {
 public:
  struct OpenFile {
    FileEntry entry;
    std::unique_ptr<VectorFile> vectors;
    std::unique_ptr<CodeFile> codes;  ///< of a segment; null: none that are of use
    DeadRows dead;
    uint64_t live_rows() const { return entry.rows - dead.count(); }
  };

  VectorSet() = default;
  /// Files that no manifest names, as they are.
  explicit VectorSet(std::vector<OpenFile> files) : files_(std::move(files)) {}
  std::vector<OpenFile> take_files() { return std::exchange(files_, {}); }

  /// One file that the manifest names. not_found: it is not there.
  static Result<OpenFile> open_file(const std::string& folder, const Manifest& manifest, const FileEntry& entry);
  /// Opens what the manifest names and keeps what is open already. not_found: a file is not there (a writer may
  /// just have unlinked it: read the manifest again). On an error the set is empty.
  Result<> load(const std::string& folder, const Manifest& manifest);

  /// Documents that were replaced or removed, ascending; their rows do not count. corrupt: the remaining rows are not
  /// as many as the database has chunks.
  Result<> mark_dead(std::span<const uint64_t> documents, uint64_t expected_live, const std::string& folder);

  /// Makes the codes of segments that have none or damaged ones. Reads all codes that were not touched yet. What cannot
  /// be made is done without.
  void renew_codes(const std::string& folder, const Manifest& manifest);

  std::span<OpenFile> files() { return files_; }
  std::span<const OpenFile> files() const { return files_; }
  uint64_t live_rows() const;
  uint64_t tail_rows() const;

  struct Located {
    size_t file = 0;
    VectorFile::Place place;
  };
  /// Where a row is, whatever its field; nothing when no file holds it. REQUIRES: id.field is 0.
  std::optional<Located> find(const RowId& id) const;
  /// The vector of a row, verified. corrupt when no file holds it.
  Result<std::span<const float>> vector(const RowId& id, const std::string& folder);

  /// Commits in the tail behind its committed end (see tail_file.h).
  uint64_t newest_commit_behind_tail(const std::string& folder, const Manifest& manifest) const;

 private:
  std::vector<OpenFile> files_;
};

}  // namespace vicinal::index
