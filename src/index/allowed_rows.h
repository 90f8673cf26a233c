#pragma once
/// The rows of each vector file whose documents passed a filter.

#include <cstdint>
#include <span>
#include <vector>

#include "index/bitmap.h"
#include "index/vector_set.h"

namespace vicinal::index {

struct AllowedRows {
  std::vector<Bitmap>
      files;          ///< one a file of the set, one bit a row; documents of dead rows are no documents any more
  uint64_t rows = 0;  ///< bits set in all of them

  /// `documents`: internal ids, ascending, with one bit each in `selected`.
  static AllowedRows of(VectorSet& vectors, std::span<const uint64_t> documents, const Bitmap& selected);
};

}  // namespace vicinal::index
