#include "postings/list_writer.h"

#include <algorithm>
#include <limits>

#include "postings/list_format.h"
#include "postings/varint.h"

namespace vicinal::postings {

namespace {

/// Distances within rows; a row's first as it is.
std::vector<uint32_t> position_gaps(const PlainList& list) {
  std::vector<uint32_t> gaps = list.positions;
  if (gaps.empty()) return gaps;
  size_t begin = 0;
  for (const uint32_t frequency : list.frequencies) {
    for (size_t i = begin + frequency; --i > begin;) gaps[i] -= gaps[i - 1];
    begin += frequency;
  }
  return gaps;
}

void put_row(std::string& out, uint64_t gap, uint32_t frequency) {
  put_varint(out, gap * 2 + (frequency == 1 ? 1 : 0));
  if (frequency != 1) put_varint(out, frequency);
}

void write_short(const PlainList& list, std::span<const uint32_t> gaps, std::string& out) {
  size_t position = 0;
  uint32_t before = UINT32_MAX;
  for (size_t i = 0; i < list.rows.size(); ++i) {
    put_row(out, list.rows[i] - before - 1, list.frequencies[i]);
    before = list.rows[i];
    if (gaps.empty()) continue;
    for (uint32_t k = 0; k < list.frequencies[i]; ++k) put_varint(out, gaps[position++]);
  }
}

void put_packed(std::string& out, const Block& values, unsigned width) {
  const size_t at = out.size();
  out.resize(at + packed_bytes(width));
  pack(values, width, reinterpret_cast<std::byte*>(out.data() + at));
}

template <class T>
void put_struct(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

/// Blocks of positions, and where each of them begins.
struct Positions {
  std::string bytes;
  std::vector<uint64_t> offsets;

  PositionPlace place(uint64_t number) const {
    return {static_cast<uint32_t>(offsets[number / kBlock]), static_cast<uint8_t>(number % kBlock)};
  }
};

Positions write_positions(std::span<const uint32_t> gaps) {
  Positions out;
  size_t at = 0;
  for (; at + kBlock <= gaps.size(); at += kBlock) {
    Block block;
    std::copy_n(gaps.begin() + static_cast<ptrdiff_t>(at), kBlock, block.begin());
    const unsigned width = width_of(block);
    out.offsets.push_back(out.bytes.size());
    out.bytes.push_back(static_cast<char>(width));
    put_packed(out.bytes, block, width);
  }
  out.offsets.push_back(out.bytes.size());
  for (; at < gaps.size(); ++at) put_varint(out.bytes, gaps[at]);
  return out;
}

Impacts block_impacts(const PlainList& list, size_t begin, size_t count, std::span<const RowLength> lengths) {
  std::vector<RowLength> of_rows(count);
  for (size_t i = 0; i < count; ++i) of_rows[i] = lengths[list.rows[begin + i]];
  return impacts_of(std::span(list.frequencies).subspan(begin, count), of_rows);
}

class LongList {
 public:
  LongList(const PlainList& list, std::span<const RowLength> lengths)
      : list_(list), lengths_(lengths), positions_(write_positions(position_gaps(list))) {}

  bool write(std::string& out) {
    const size_t full = list_.rows.size() / kBlock;
    for (size_t i = 0; i < full; ++i) write_block(i * kBlock);
    write_rest(full * kBlock);
    if (std::max(body_.size(), positions_.bytes.size()) > UINT32_MAX - body_.size()) return false;
    head_.positions_offset = static_cast<uint32_t>(body_.size());
    head_.loose_offset = static_cast<uint32_t>(positions_.offsets.back());
    put_struct(out, head_);
    for (const BlockHead& block : blocks_) put_struct(out, block);
    out += body_;
    out += positions_.bytes;
    return true;
  }

 private:
  uint32_t row_before(size_t i) const { return i == 0 ? UINT32_MAX : list_.rows[i - 1]; }

  void write_block(size_t begin) {
    Block gaps, frequencies;
    for (size_t i = 0; i < kBlock; ++i) {
      gaps[i] = list_.rows[begin + i] - row_before(begin + i) - 1;
      frequencies[i] = list_.frequencies[begin + i] - 1;
    }
    BlockHead head;
    head.last_row = list_.rows[begin + kBlock - 1];
    head.offset = static_cast<uint32_t>(body_.size());
    const PositionPlace place = positions_.place(position_);
    head.positions_offset = place.offset;
    head.positions_index = place.index;
    head.row_width = static_cast<uint8_t>(width_of(gaps));
    head.frequency_width = static_cast<uint8_t>(width_of(frequencies));
    head.impacts = block_impacts(list_, begin, kBlock, lengths_);
    put_packed(body_, gaps, head.row_width);
    put_packed(body_, frequencies, head.frequency_width);
    head_.impacts = join(head_.impacts, head.impacts);
    blocks_.push_back(head);
    pass_positions(begin, kBlock);
  }

  void write_rest(size_t begin) {
    head_.rest_offset = static_cast<uint32_t>(body_.size());
    const PositionPlace place = positions_.place(position_);
    head_.rest_positions_offset = place.offset;
    head_.rest_positions_index = place.index;
    const size_t count = list_.rows.size() - begin;
    if (count == 0) return;
    for (size_t i = begin; i < list_.rows.size(); ++i)
      put_row(body_, list_.rows[i] - row_before(i) - 1, list_.frequencies[i]);
    head_.impacts = join(head_.impacts, block_impacts(list_, begin, count, lengths_));
  }

  void pass_positions(size_t begin, size_t count) {
    if (list_.positions.empty()) return;
    for (size_t i = begin; i < begin + count; ++i) position_ += list_.frequencies[i];
  }

  const PlainList& list_;
  std::span<const RowLength> lengths_;
  Positions positions_;
  LongHead head_;
  std::vector<BlockHead> blocks_;
  std::string body_;
  uint64_t position_ = 0;
};

}  // namespace

bool write_list(const PlainList& list, std::span<const RowLength> lengths, std::string& out) {
  if (list.rows.size() >= kBlock) return LongList(list, lengths).write(out);
  write_short(list, position_gaps(list), out);
  return true;
}

}  // namespace vicinal::postings
