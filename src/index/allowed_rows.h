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
};

/// Which document each row of a snapshot's files belongs to. Four bytes a row.
class RowOwners {
 public:
  /// `documents`: internal ids, ascending; bits of a filter's answer count in this order.
  static RowOwners of(VectorSet& vectors, std::span<const uint64_t> documents);

  /// `selected`: one bit for each of the documents.
  AllowedRows allow(const Bitmap& selected) const;

 private:
  /// Of each row: twice the number of documents before it, plus one where its own document is there. Ascending.
  using Owners = std::vector<uint32_t>;
  static Bitmap allow_by_walk(const Owners& owners, const Bitmap& selected);
  static Bitmap allow_by_lookup(const Owners& owners, const Bitmap& selected);

  std::vector<Owners> files_;
};

}  // namespace vicinal::index
