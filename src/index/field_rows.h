#pragma once
/// Which rows belong to which field of a collection with several, as the ids of its vectors say.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "index/allowed_rows.h"
#include "index/vector_set.h"
#include "postings/image.h"

namespace vicinal::index {

/// Rows of a snapshot's vector files by field. One bit a row and field.
class FieldRows {
 public:
  FieldRows(const VectorSet& vectors, size_t fields);

  /// Living rows of the fields that `wanted` holds numbers of.
  AllowedRows of(std::span<const size_t> wanted) const;

 private:
  std::vector<std::vector<Bitmap>> files_;  ///< of each file, one a field
};

/// Fields of a document's passages: every field's first passage, but the body's where that is the document's first.
/// Ascending. Rows of dead documents are among them.
std::vector<RowId> field_beginnings(const VectorSet& vectors);

/// The field of each row of the postings.
std::vector<uint8_t> fields_of_rows(std::span<const RowId> beginnings, const postings::Image& image);

}  // namespace vicinal::index
