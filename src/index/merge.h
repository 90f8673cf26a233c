#pragma once
/// Rewriting vector files: which, and how their live rows become one segment.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "index/segment_file.h"
#include "index/vector_set.h"

namespace vicinal::index {

inline constexpr uint64_t kMaxTailRows = 16384;
inline constexpr uint64_t kMaxTailBytes = uint64_t{32} << 20;
inline constexpr size_t kMaxSegments = 8;

struct FileLoad {
  FileEntry entry;
  uint64_t dead_rows = 0;
};

/// The next files to rewrite as one segment, if any: a tail that is large or more than a fifth dead (from 1,024 rows
/// on), a segment that is more than a fifth dead, or the smallest segments when there are more than kMaxSegments.
/// Each merge leaves less to do, so asking again ends.
std::vector<FileEntry> files_to_merge(std::span<const FileLoad> files);

struct MergeResult {
  std::optional<FileEntry> segment;         ///< nothing when no row was alive
  std::vector<uint64_t> dropped_documents;  ///< whose dead rows are in no file any more
};

/// Called with the rows written so far; false ends the merge as interrupted.
using MergeStep = std::function<bool(uint64_t rows)>;

/// Copies the live rows of the files to a new segment (`extent.rows` is set here) in order, each block verified
/// first so that damage is never sealed under a fresh checksum. Memory: a block and 16 bytes a row. On an error
/// the new file is removed.
Result<MergeResult> merge_files(VectorSet& vectors, std::span<const FileEntry> files, SegmentExtent extent,
                                uint64_t number, const MergeStep& step);

}  // namespace vicinal::index
