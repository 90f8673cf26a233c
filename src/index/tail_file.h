#pragma once
/// tail-N.vec: fresh vectors, appended in checksummed blocks. Byte tables: docs/formats/vector-files.md.
///
/// A commit appends its blocks, which are synced before the database names them; a commit without vectors appends an
/// empty block. So the tail witnesses every commit: after a crash it may hold the blocks of one commit that the
/// database does not know (number last + 1; they are overwritten), never of a second one. A tail that holds
/// commit last + 2 proves that the database lost its end.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/file.h"
#include "base/matrix_view.h"
#include "index/row_id.h"
#include "index/vector_file.h"

namespace vicinal::index {

/// What the database says of a tail.
struct TailExtent {
  std::string path;
  uint64_t identity = 0;
  size_t dimensions = 0;
  uint64_t rows = 0;
  uint64_t bytes = 0;  ///< committed; what lies behind is no part of the collection
};

/// Maps the committed part. not_found: the file is not there. corrupt: cut short, or a header or id table fails.
Result<std::unique_ptr<VectorFile>> open_tail(const TailExtent& extent);

/// Takes in what was committed since the file was opened with `known_bytes`.
Result<> extend_tail(VectorFile& tail, const TailExtent& extent, uint64_t known_bytes);

/// The largest commit number in whole block headers behind the committed end; 0 when there is none.
uint64_t newest_commit_behind(const VectorFile& tail, const TailExtent& extent);

/// corrupt: a byte between the parts of a committed block is not zero, which no checksum covers. REQUIRES: open_tail.
Result<> check_tail_padding(const VectorFile& tail, const TailExtent& extent);

class TailWriter {
 public:
  /// A new file with its header; not yet synced.
  static Result<TailWriter> create(const std::string& path, uint64_t identity, size_t dimensions);
  /// Goes on behind the committed end.
  static Result<TailWriter> resume(const TailExtent& extent);

  /// Appends the rows in blocks that carry `commit`, behind what was appended before; not synced. After an error, or
  /// where the commit fails, the writer is of no use any more: resume() goes on at the committed end again, so that
  /// nothing that is not committed stays in the way.
  Result<> append(uint64_t commit, std::span<const RowId> ids, base::MatrixView vectors);
  Result<> sync() { return file_.sync(); }
  void keep();  ///< the database has committed what was appended

  uint64_t rows() const { return rows_ + pending_rows_; }
  uint64_t bytes() const { return bytes_ + pending_bytes_; }

 private:
  TailWriter(base::File file, size_t dimensions, uint64_t rows, uint64_t bytes)
      : file_(std::move(file)), dimensions_(dimensions), rows_(rows), bytes_(bytes) {}
  Result<> append_block(uint64_t commit, std::span<const RowId> ids, base::MatrixView vectors);

  base::File file_;
  size_t dimensions_;
  uint64_t rows_, bytes_;
  uint64_t pending_rows_ = 0, pending_bytes_ = 0;
  std::string buffer_;
};

}  // namespace vicinal::index
