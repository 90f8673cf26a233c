#include "index/allowed_rows.h"

#include <algorithm>
#include <bit>

namespace vicinal::index {
namespace {

/// Both lists ascend: one walk over all rows.
void allow_by_walk(const VectorSet::OpenFile& file, std::span<const uint64_t> documents, const Bitmap& selected,
                   Bitmap& rows) {
  size_t at = 0;
  uint64_t row = 0;
  for (size_t block = 0; block < file.vectors->blocks(); ++block) {
    for (const RowId& id : file.vectors->ids(block)) {
      while (at < documents.size() && documents[at] < id.document) ++at;
      if (at < documents.size() && documents[at] == id.document && selected.test(at)) rows.set(row);
      ++row;
    }
  }
}

/// Few documents: each one's rows are looked up.
void allow_by_lookup(const VectorSet::OpenFile& file, std::span<const uint64_t> documents, const Bitmap& selected,
                     Bitmap& rows) {
  for (size_t i = selected.next(0); i < selected.size(); i = selected.next(i + 1)) {
    auto place = file.vectors->lower_bound({documents[i], 0, 0});
    if (!place) return;  // this document and all behind it are in other files
    for (size_t block = place->block, in = place->row_in_block, row = place->row; block < file.vectors->blocks();
         ++block) {
      const auto ids = file.vectors->ids(block);
      for (; in < ids.size() && ids[in].document == documents[i]; ++in) rows.set(row++);
      if (in < ids.size()) break;
      in = 0;
    }
  }
}

}  // namespace

AllowedRows AllowedRows::of(VectorSet& vectors, std::span<const uint64_t> documents, const Bitmap& selected) {
  AllowedRows out;
  const size_t wanted = selected.count();
  for (const VectorSet::OpenFile& file : vectors.files()) {
    Bitmap rows(file.vectors->rows());
    const uint64_t comparisons = wanted * std::bit_width(file.vectors->rows());
    if (comparisons < file.vectors->rows()) {
      allow_by_lookup(file, documents, selected, rows);
    } else {
      allow_by_walk(file, documents, selected, rows);
    }
    out.rows += rows.count();
    out.files.push_back(std::move(rows));
  }
  return out;
}

}  // namespace vicinal::index
