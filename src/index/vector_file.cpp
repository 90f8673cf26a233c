#include "index/vector_file.h"

#include <algorithm>

#include "base/digest.h"
#include "index/metric.h"

namespace vicinal::index {

VectorFile::VectorFile(base::MappedFile map, size_t dimensions) : map_(std::move(map)), dimensions_(dimensions) {}

Result<> VectorFile::add_block(const BlockPlace& place) {
  VICINAL_CHECK_EQ(place.first_row, rows_);
  VICINAL_CHECK_LE(place.vectors_at + uint64_t{place.rows} * dimensions_ * sizeof(float), map_.size());
  VICINAL_CHECK_LE(place.ids_at + uint64_t{place.rows} * sizeof(RowId), map_.size());
  if (place.rows == 0) return {};
  blocks_.push_back({place, false, {}});
  const std::span<const RowId> added = ids(blocks_.size() - 1);
  const bool follows = blocks_.size() == 1 || ids(blocks_.size() - 2).back() < added.front();
  if (!follows || std::ranges::adjacent_find(added, std::greater_equal<>()) != added.end())
    return Error(Code::corrupt, "rows of a vector file are out of order")
        .with("path", path())
        .with("row", place.first_row);
  rows_ += place.rows;
  return {};
}

std::span<const RowId> VectorFile::ids(size_t i) const {
  const BlockPlace& place = blocks_[i].place;
  return {reinterpret_cast<const RowId*>(map_.bytes().data() + place.ids_at), place.rows};
}

Result<BlockView> VectorFile::block(size_t i) {
  Block& block = blocks_[i];
  const uint64_t bytes = uint64_t{block.place.rows} * dimensions_ * sizeof(float);
  const auto raw = map_.bytes().subspan(block.place.vectors_at, bytes);
  if (!block.verified && base::xxh3_64(raw) != block.place.checksum)
    return Error(Code::corrupt, "vectors fail their checksum")
        .with("path", path())
        .with("offset", block.place.vectors_at)
        .with("bytes", bytes);
  block.verified = true;
  const auto* data = reinterpret_cast<const float*>(raw.data());
  return BlockView{{data, block.place.rows, dimensions_, dimensions_}, ids(i), block.place.first_row};
}

Result<std::span<const float>> VectorFile::inverse_norms(size_t i) {
  VICINAL_TRY(BlockView view, block(i));
  std::vector<float>& norms = blocks_[i].inverse_norms;
  if (norms.empty()) {
    norms.resize(view.vectors.rows);
    for (size_t row = 0; row < norms.size(); ++row) norms[row] = inverse_norm(view.vectors.row(row));
  }
  return std::span<const float>(norms);
}

VectorFile::Place VectorFile::place_of(uint64_t row) const {
  VICINAL_CHECK_LT(row, rows_);
  const auto first_row = [](const Block& block) { return block.place.first_row; };
  const auto behind = std::ranges::upper_bound(blocks_, row, {}, first_row);
  const auto block = static_cast<size_t>(behind - blocks_.begin()) - 1;
  return {block, row - blocks_[block].place.first_row, row};
}

uint64_t VectorFile::content() const {
  std::vector<uint64_t> checksums;
  checksums.reserve(blocks_.size());
  for (const Block& block : blocks_) checksums.push_back(block.place.checksum);
  return base::xxh3_64(std::as_bytes(std::span(checksums)));
}

void VectorFile::release(size_t i) const {
  const BlockPlace& place = blocks_[i].place;
  map_.release(map_.bytes().subspan(place.vectors_at, uint64_t{place.rows} * dimensions_ * sizeof(float)));
}

std::optional<VectorFile::Place> VectorFile::lower_bound(const RowId& id, size_t from) const {
  const auto ends_before = [this, &id](size_t block) { return ids(block).back() < id; };
  size_t low = from, step = from == 0 ? blocks_.size() : 1;
  for (; step > 0 && low + step <= blocks_.size() && ends_before(low + step - 1); step *= 2) low += step;
  for (size_t count = std::min(step, blocks_.size() - low); count > 0;) {
    const size_t half = count / 2;
    if (ends_before(low + half)) {
      low += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  if (low == blocks_.size()) return {};
  const auto rows = ids(low);
  const auto within = static_cast<size_t>(std::ranges::lower_bound(rows, id) - rows.begin());
  return Place{low, within, blocks_[low].place.first_row + within};
}

}  // namespace vicinal::index
