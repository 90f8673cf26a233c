#pragma once
/// segment-N.vec: sealed vectors, immutable, mapped. Byte tables: docs/formats/vector-files.md.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/framed_file.h"
#include "index/row_id.h"
#include "index/vector_file.h"

namespace vicinal::index {

/// What the database says of a segment.
struct SegmentExtent {
  std::string path;
  uint64_t identity = 0;
  size_t dimensions = 0;
  uint64_t rows = 0;
  uint64_t bytes = 0;  ///< of the whole file
};

/// Maps the file; verifies header, tables and ids (a thousandth of the file), vectors on first touch. not_found:
/// the file is not there. corrupt: a size, table or id that cannot be.
Result<std::unique_ptr<VectorFile>> open_segment(const SegmentExtent& extent);

/// The checksum over the whole of an opened segment, which opening leaves out. not_found: unlinked meanwhile.
Result<> check_segment_frame(const std::string& path);

/// Writes a segment row by row, with memory for one block and the ids.
class SegmentWriter {
 public:
  /// `extent.bytes` is not needed. The path must not exist.
  static Result<SegmentWriter> create(const SegmentExtent& extent);
  /// REQUIRES: ids ascend; as many calls as extent.rows.
  Result<> append(const RowId& id, std::span<const float> vector);
  /// Tables, footer, sync; the size of the file. The folder's entry is the caller's to sync.
  Result<uint64_t> finish();

 private:
  SegmentWriter(base::FrameWriter frame, const SegmentExtent& extent);
  Result<> flush_block();

  base::FrameWriter frame_;
  SegmentExtent extent_;
  size_t rows_per_block_;
  std::vector<float> block_;
  std::vector<RowId> ids_;
  std::vector<uint64_t> checksums_;
};

}  // namespace vicinal::index
