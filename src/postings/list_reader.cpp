#include "postings/list_reader.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace vicinal::postings {

namespace {

constexpr unsigned kMaxWidth = 32;

/// Numbers from packed blocks of 128 up to `loose`, and from varints behind it.
class PositionStream {
 public:
  PositionStream(std::span<const std::byte> bytes, size_t offset, size_t loose)
      : bytes_(bytes), at_(offset), loose_(loose) {}

  bool ok() const { return ok_; }

  void skip(uint64_t count) {
    while (ok_ && count >= kBlock && index_ == kBlock && at_ < loose_) {
      pass_block();
      count -= kBlock;
    }
    for (; ok_ && count > 0; --count) next();
  }
  uint32_t next() {
    if (index_ < kBlock) return block_[index_++];
    return at_ < loose_ ? read_block() : read_varint();
  }

 private:
  uint32_t fail() {
    ok_ = false;
    return 0;
  }
  /// Of the block that begins here.
  unsigned width() {
    if (at_ >= bytes_.size()) return fail();
    const auto width = std::to_integer<unsigned>(bytes_[at_]);
    if (width > kMaxWidth || packed_bytes(width) > bytes_.size() - at_ - 1) return fail();
    return width;
  }
  void pass_block() { at_ += 1 + packed_bytes(width()); }
  uint32_t read_block() {
    const unsigned bits = width();
    if (!ok_) return 0;
    unpack(bytes_.data() + at_ + 1, bits, block_);
    at_ += 1 + packed_bytes(bits);
    index_ = 1;
    return block_[0];
  }
  uint32_t read_varint() {
    if (at_ >= bytes_.size()) return fail();
    VarintReader reader(bytes_.subspan(at_));
    const uint32_t value = reader.next32();
    if (!reader.ok()) return fail();
    at_ = bytes_.size() - reader.left();
    return value;
  }

  std::span<const std::byte> bytes_;
  size_t at_, loose_;
  Block block_;
  size_t index_ = kBlock;
  bool ok_ = true;
};

}  // namespace

std::optional<ListReader> ListReader::open(std::span<const std::byte> bytes, uint32_t rows, uint32_t file_rows,
                                           bool has_positions, Heads heads) {
  ListReader list(bytes, file_rows, has_positions);
  if (rows == 0 || rows > file_rows) return std::nullopt;
  if (!(rows < kBlock ? list.open_short(rows) : list.open_long(rows, heads))) return std::nullopt;
  return list;
}

bool ListReader::open_short(uint32_t rows) {
  VarintReader reader(bytes_);
  return read_rest(reader, UINT32_MAX, rows, has_positions_);
}

bool ListReader::open_long(uint32_t rows, Heads heads) {
  full_ = rows / kBlock;
  if (bytes_.size() < sizeof(LongHead) + full_ * sizeof(BlockHead)) return false;
  const LongHead whole = long_head();
  if (whole.positions_offset > body().size() || whole.rest_offset > whole.positions_offset) return false;
  if (heads == Heads::unchecked && !heads_fit(whole.rest_offset)) return false;
  VarintReader reader(body().subspan(whole.rest_offset, whole.positions_offset - whole.rest_offset));
  return read_rest(reader, last_row(full_ - 1), rows % kBlock, false);
}

bool ListReader::heads_fit(uint32_t rest_offset) const {
  uint32_t before = UINT32_MAX;
  for (size_t i = 0; i < full_; ++i) {
    const BlockHead each = head(i);
    if (!head_fits(each, before) || each.offset > rest_offset) return false;
    before = each.last_row;
  }
  return true;
}

bool ListReader::head_fits(const BlockHead& head, uint32_t before) const {
  const size_t bytes = packed_bytes(head.row_width) + packed_bytes(head.frequency_width);
  if (head.row_width > kMaxWidth || head.frequency_width > kMaxWidth || head.positions_index >= kBlock) return false;
  if (bytes > body().size() || head.offset > body().size() - bytes) return false;
  return head.last_row < file_rows_ && (before == UINT32_MAX || head.last_row > before);
}

bool ListReader::read_rest(VarintReader& reader, uint32_t before, size_t count, bool with_positions) {
  uint64_t next = uint64_t{before} + 1;
  if (before == UINT32_MAX) next = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t code = reader.next();
    const uint64_t row = next + code / 2;
    const uint32_t frequency = code % 2 == 1 ? 1 : reader.next32();
    if (!reader.ok() || code / 2 >= file_rows_ || row >= file_rows_ || frequency == 0) return false;
    rest_rows_.push_back(static_cast<uint32_t>(row));
    rest_frequencies_.push_back(frequency);
    next = row + 1;
    if (!with_positions) continue;
    if (frequency > reader.left()) return false;
    uint32_t position = 0;
    for (uint32_t k = 0; k < frequency; ++k) rest_positions_.push_back(position += reader.next32());
  }
  return reader.ok();
}

size_t ListReader::block_with(uint32_t row, size_t from) const {
  // What is looked for is mostly near: steps that double, then halves.
  size_t low = from, step = 1;
  while (low + step < full_ && last_row(low + step - 1) < row) {
    low += step;
    step *= 2;
  }
  size_t high = std::min(low + step, full_);
  if (low >= full_) high = low;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (last_row(middle) < row)
      low = middle + 1;
    else
      high = middle;
  }
  if (low < full_) return low;
  return rest_rows_.empty() || rest_rows_.back() < row ? blocks() : full_;
}

void ListReader::read_rows(size_t block, Block& out) const {
  if (block >= full_) {
    std::ranges::copy(rest_rows_, out.begin());
    return;
  }
  const BlockHead at = head(block);
  const uint32_t before = block == 0 ? UINT32_MAX : head(block - 1).last_row;
  unpack_ascending(body().data() + at.offset, at.row_width, before, out);
  // Gaps ascend by themselves unless they wrap, and then the last row is not the head's or a row is beyond it.
  const bool ascends = at.row_width < 24 || std::ranges::is_sorted(out, std::ranges::less_equal{});
  if (out.back() == at.last_row && ascends) return;
  sound_ = false;
  std::iota(out.begin(), out.end(), at.last_row >= kBlock - 1 ? at.last_row - (kBlock - 1) : 0);
}

void ListReader::read_frequencies(size_t block, Block& out) const {
  if (block >= full_) {
    std::ranges::copy(rest_frequencies_, out.begin());
    return;
  }
  const BlockHead at = head(block);
  unpack(body().data() + at.offset + packed_bytes(at.row_width), at.frequency_width, out);
  for (uint32_t& frequency : out) ++frequency;
}

uint32_t ListReader::frequency(size_t block, size_t i) const {
  if (block >= full_) return rest_frequencies_[i];
  const BlockHead at = head(block);
  return unpack_one(body().data() + at.offset + packed_bytes(at.row_width), at.frequency_width, i) + 1;
}

uint64_t ListReader::positions_before(std::span<const uint32_t> frequencies, size_t first) const {
  return std::accumulate(frequencies.begin(), frequencies.begin() + static_cast<ptrdiff_t>(first), uint64_t{0});
}

void ListReader::read_positions(size_t block, std::span<const uint32_t> frequencies, size_t first, size_t count,
                                std::vector<uint32_t>& out) const {
  const uint64_t before = positions_before(frequencies, first);
  if (full_ == 0) {
    const uint64_t wanted = positions_before(frequencies, first + count) - before;
    const auto begin =
        rest_positions_.begin() + static_cast<ptrdiff_t>(std::min<uint64_t>(before, rest_positions_.size()));
    const uint64_t there = std::min<uint64_t>(wanted, static_cast<uint64_t>(rest_positions_.end() - begin));
    out.insert(out.end(), begin, begin + static_cast<ptrdiff_t>(there));
    return;
  }
  const LongHead whole = long_head();
  const BlockHead at = block < full_ ? head(block) : BlockHead{};
  const uint32_t offset = block < full_ ? at.positions_offset : whole.rest_positions_offset;
  const uint8_t index = block < full_ ? at.positions_index : whole.rest_positions_index;
  PositionStream stream(body().subspan(whole.positions_offset), offset, whole.loose_offset);
  stream.skip(index + before);
  for (size_t row = first; row < first + count && stream.ok(); ++row) {
    uint32_t position = 0;
    for (uint32_t k = 0; k < frequencies[row] && stream.ok(); ++k) out.push_back(position += stream.next());
  }
  if (!stream.ok()) sound_ = false;
}

void ListReader::read_all(PlainList& out) const {
  Block rows, frequencies;
  for (size_t block = 0; block < blocks(); ++block) {
    const auto count = static_cast<ptrdiff_t>(block_rows(block));
    read_rows(block, rows);
    read_frequencies(block, frequencies);
    out.rows.insert(out.rows.end(), rows.begin(), rows.begin() + count);
    out.frequencies.insert(out.frequencies.end(), frequencies.begin(), frequencies.begin() + count);
    if (has_positions_)
      read_positions(block, std::span(frequencies).first(block_rows(block)), 0, block_rows(block), out.positions);
  }
}

}  // namespace vicinal::postings
