#include "index/field_rows.h"

#include <algorithm>

namespace vicinal::index {

FieldRows::FieldRows(const VectorSet& vectors, size_t fields) {
  for (const VectorSet::OpenFile& file : vectors.files()) {
    std::vector<Bitmap>& bits = files_.emplace_back(fields, Bitmap(file.entry.rows));
    uint64_t row = 0;
    for (size_t block = 0; block < file.vectors->blocks(); ++block)
      for (const RowId& id : file.vectors->ids(block)) {
        if (id.field < fields && !file.dead.dead(row)) bits[id.field].set(row);
        ++row;
      }
  }
}

AllowedRows FieldRows::of(std::span<const size_t> wanted) const {
  AllowedRows out;
  for (const std::vector<Bitmap>& bits : files_) {
    Bitmap& rows = out.files.emplace_back(bits.front().size());
    for (const size_t field : wanted) rows |= bits[field];
    out.rows += rows.count();
  }
  return out;
}

std::vector<RowId> field_beginnings(const VectorSet& vectors) {
  std::vector<RowId> beginnings;
  for (const VectorSet::OpenFile& file : vectors.files()) {
    uint64_t document = 0;
    uint32_t field = 0;
    for (size_t block = 0; block < file.vectors->blocks(); ++block)
      for (const RowId& id : file.vectors->ids(block)) {
        const uint32_t before = id.document == document ? field : 0;
        if (id.field != before) beginnings.push_back(id);
        document = id.document;
        field = id.field;
      }
  }
  std::ranges::sort(beginnings);
  return beginnings;
}

std::vector<uint8_t> fields_of_rows(std::span<const RowId> beginnings, const postings::Image& image) {
  const auto documents = image.documents();
  const auto first_rows = image.first_rows();
  std::vector<uint8_t> fields(image.rows(), 0);
  auto at = beginnings.begin();
  for (size_t i = 0; i < documents.size(); ++i) {
    const uint32_t first = first_rows[i], rows = first_rows[i + 1] - first;
    while (at != beginnings.end() && at->document < documents[i]) ++at;
    for (; at != beginnings.end() && at->document == documents[i]; ++at)
      for (uint32_t row = std::min(at->ordinal, rows); row < rows; ++row)
        fields[first + row] = static_cast<uint8_t>(at->field);
  }
  return fields;
}

}  // namespace vicinal::index
