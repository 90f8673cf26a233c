#pragma once
/// Files of ready vectors, batch by batch: .npy matrices, and JSONL rows as `vicinal export` writes them.

#include <memory>
#include <string>
#include <vector>

#include "engine/row_fields.h"
#include "vicinal/collection.h"

namespace vicinal::engine {

class VectorRowReader {
 public:
  virtual ~VectorRowReader() = default;
  /// The next rows, at most `most`; none at the end. Errors name file and line.
  virtual Result<std::vector<VectorRow>> next(size_t most) = 0;
};

/// `.npy`: rows are named by their number, from 0, and have no text. Any other name: JSONL rows {"embedding":[…], "_id"
/// or "id", "text", "title", …metadata}; members of "metadata" join the others; without "text" it is "".
/// `dimensions`, where it is not 0: a row of another length is refused with its file and line.
/// `fields`: where rows have their texts.
Result<std::unique_ptr<VectorRowReader>> open_vector_rows(const std::string& path, size_t dimensions = 0,
                                                          const RowFields& fields = {});

/// One JSONL row. In place of "embedding" it may have "vectors", an object of fields' names with their vectors; where
/// there are several fields, "field" says whose the "embedding" and "text" are, as `vicinal export` writes it.
Result<VectorRow> parse_vector_row(std::string_view line, const RowFields& fields = {});

}  // namespace vicinal::engine
