#include "index/allowed_rows.h"

#include <algorithm>
#include <bit>

namespace vicinal::index {
namespace {

constexpr uint32_t key_of(size_t place, bool alive) { return static_cast<uint32_t>(2 * place + (alive ? 1 : 0)); }

// Both lists ascend.
std::vector<uint32_t> owners_of(const VectorFile& file, std::span<const uint64_t> documents) {
  std::vector<uint32_t> owners;
  owners.reserve(file.rows());
  size_t at = 0;
  for (size_t block = 0; block < file.blocks(); ++block) {
    for (const RowId& id : file.ids(block)) {
      while (at < documents.size() && documents[at] < id.document) ++at;
      owners.push_back(key_of(at, at < documents.size() && documents[at] == id.document));
    }
  }
  return owners;
}

}  // namespace

RowOwners RowOwners::of(VectorSet& vectors, std::span<const uint64_t> documents) {
  RowOwners out;
  for (const VectorSet::OpenFile& file : vectors.files()) out.files_.push_back(owners_of(*file.vectors, documents));
  return out;
}

AllowedRows RowOwners::allow(const Bitmap& selected) const {
  AllowedRows out;
  const size_t wanted = selected.count();
  for (const Owners& owners : files_) {
    const bool few = wanted * static_cast<size_t>(std::bit_width(owners.size())) < owners.size();
    out.files.push_back(few ? allow_by_lookup(owners, selected) : allow_by_walk(owners, selected));
    out.rows += out.files.back().count();
  }
  return out;
}

Bitmap RowOwners::allow_by_walk(const Owners& owners, const Bitmap& selected) {
  Bitmap rows(owners.size());
  if (selected.size() == 0) return rows;
  const size_t last = selected.size() - 1;
  // Without branches, which half of all rows would mispredict.
  for (size_t first = 0; first < owners.size(); first += 64) {
    uint64_t word = 0;
    for (size_t row = first, end = std::min(first + 64, owners.size()); row < end; ++row) {
      const uint64_t alive = owners[row] % 2, wanted = selected.test(std::min<size_t>(owners[row] / 2, last)) ? 1 : 0;
      word |= (alive & wanted) << (row - first);
    }
    rows.set_word(first / 64, word);
  }
  return rows;
}

Bitmap RowOwners::allow_by_lookup(const Owners& owners, const Bitmap& selected) {
  Bitmap rows(owners.size());
  for (size_t i = selected.next(0); i < selected.size(); i = selected.next(i + 1)) {
    const auto own = std::ranges::equal_range(owners, key_of(i, true));
    for (auto row = own.begin(); row != own.end(); ++row) rows.set(static_cast<size_t>(row - owners.begin()));
  }
  return rows;
}

}  // namespace vicinal::index
