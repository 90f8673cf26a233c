#pragma once
/// Reads one term's list from bytes that may be damaged (list_format.h).

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/check.h"
#include "postings/list_format.h"
#include "postings/list_writer.h"
#include "postings/varint.h"

namespace vicinal::postings {

/// A list in blocks: full ones of 128 rows, and at most one of what is left over. Keeps a view of the bytes. Copies are
/// cheap for short lists and not for long. What a damaged list returns is some rows of the file, ascending, and
/// `sound()` is false from then on: callers look at it once, at the end.
class ListReader {
 public:
  enum class Heads : bool { unchecked, checked };  ///< checked: this list was opened before, and is the same
  /// Nothing: the bytes cannot be a list. `rows`: of the list; `file_rows`: of the file.
  static std::optional<ListReader> open(std::span<const std::byte> bytes, uint32_t rows, uint32_t file_rows,
                                        bool has_positions, Heads heads = Heads::unchecked);

  size_t rows() const { return full_ * kBlock + rest_rows_.size(); }
  size_t blocks() const { return full_ + (rest_rows_.empty() ? 0 : 1); }
  size_t block_rows(size_t block) const { return block < full_ ? kBlock : rest_rows_.size(); }
  uint32_t last_row(size_t block) const { return block < full_ ? head(block).last_row : rest_rows_.back(); }
  /// The first block from `from` on that ends at `row` or behind; blocks() where none does.
  size_t block_with(uint32_t row, size_t from) const;

  /// Of a full block. The rest's lie in rest_rows() and rest_frequencies().
  Impacts impacts(size_t block) const { return head(block).impacts; }
  /// Of the whole list, where it has full blocks.
  Impacts impacts() const { return long_head().impacts; }
  size_t full_blocks() const { return full_; }
  const std::vector<uint32_t>& rest_rows() const { return rest_rows_; }
  const std::vector<uint32_t>& rest_frequencies() const { return rest_frequencies_; }

  void read_rows(size_t block, Block& out) const;
  void read_frequencies(size_t block, Block& out) const;
  /// Of one row of a block.
  uint32_t frequency(size_t block, size_t i) const;
  /// Appends the positions of `count` rows of a block from its row `first` on. `frequencies`: of the whole block.
  void read_positions(size_t block, std::span<const uint32_t> frequencies, size_t first, size_t count,
                      std::vector<uint32_t>& out) const;
  /// All of it.
  void read_all(PlainList& out) const;

  bool sound() const { return sound_; }

 private:
  ListReader(std::span<const std::byte> bytes, uint32_t file_rows, bool has_positions)
      : bytes_(bytes), file_rows_(file_rows), has_positions_(has_positions) {}
  bool open_short(uint32_t rows);
  bool open_long(uint32_t rows, Heads heads);
  bool heads_fit(uint32_t rest_offset) const;
  bool read_rest(VarintReader& reader, uint32_t before, size_t count, bool with_positions);
  bool head_fits(const BlockHead& head, uint32_t before) const;
  LongHead long_head() const { return read_struct<LongHead>(0); }
  BlockHead head(size_t block) const { return read_struct<BlockHead>(sizeof(LongHead) + block * sizeof(BlockHead)); }
  template <class T>
  T read_struct(size_t offset) const {
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(value));
    return value;
  }
  std::span<const std::byte> body() const { return bytes_.subspan(sizeof(LongHead) + full_ * sizeof(BlockHead)); }
  uint64_t positions_before(std::span<const uint32_t> frequencies, size_t first) const;

  std::span<const std::byte> bytes_;
  uint32_t file_rows_ = 0;
  bool has_positions_ = false;
  size_t full_ = 0;
  std::vector<uint32_t> rest_rows_, rest_frequencies_, rest_positions_;  ///< positions of short lists only
  mutable bool sound_ = true;
};

}  // namespace vicinal::postings
