#pragma once
/// Rows in memory, laid out as a segment's: what scans files scans them too.

#include <cstdint>
#include <span>
#include <vector>

#include "index/vector_set.h"

namespace vicinal::index {

/// A row somewhere: its id and its first float.
struct RowRef {
  uint64_t id = 0;
  const float* row = nullptr;
};

/// By id, each id once.
using SortedRows = std::vector<RowRef>;

/// Copies the rows: file i has the rows of `rows` under RowId{id, 0, 0}. `coded`: with codes, where they pay
/// (code_file.h). io: there is not enough memory.
Result<VectorSet::OpenFile> rows_in_memory(const SortedRows& rows, size_t dimensions, bool coded);

/// The living rows of the files, in the order of their ids. Valid as long as the files are. Reads all of them. corrupt.
Result<SortedRows> living_rows(std::span<VectorSet::OpenFile> files);

/// Rows of a block: large enough that a checksum costs little, small enough that it is in the cache when it is scored.
size_t rows_of_a_block(size_t dimensions);

}  // namespace vicinal::index
