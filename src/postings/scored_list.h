#pragma once
/// A list of rows with what each is worth, walked block by block: one term's list of an image, or rows that were found
/// otherwise (a phrase, the terms of a prefix).

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "postings/bm25.h"
#include "postings/list_reader.h"

namespace vicinal::postings {

struct MemoryList {
  std::vector<uint32_t> rows, frequencies;
};

/// Where the rows come from. Blocks of 128, but for the last.
class RowSource {
 public:
  explicit RowSource(ListReader list) : list_(std::make_shared<const ListReader>(std::move(list))) {}
  explicit RowSource(MemoryList list) : memory_(std::make_shared<const MemoryList>(std::move(list))) {}

  size_t rows() const { return list_ ? list_->rows() : memory_->rows.size(); }
  size_t blocks() const { return list_ ? list_->blocks() : (memory_->rows.size() + kBlock - 1) / kBlock; }
  size_t block_rows(size_t block) const;
  uint32_t last_row(size_t block) const;
  size_t block_with(uint32_t row, size_t from) const;
  void read_rows(size_t block, Block& out) const;
  void read_frequencies(size_t block, Block& out) const;
  uint32_t frequency(size_t block, size_t i) const {
    return list_ ? list_->frequency(block, i) : memory_->frequencies[block * kBlock + i];
  }
  bool sound() const { return !list_ || list_->sound(); }
  const ListReader* list() const { return list_.get(); }

 private:
  std::shared_ptr<const ListReader> list_;
  std::shared_ptr<const MemoryList> memory_;
};

/// A place in a list, and scores. Moves forward only.
class ScoredList {
 public:
  ScoredList(RowSource source, const TermScorer& scorer, std::span<const RowLength> lengths);

  /// Nothing in the list, or in the block, scores more.
  uint32_t bound() const { return bound_; }
  uint32_t block_bound(size_t block) {
    if (block >= with_impacts_) return bounds_[block - with_impacts_];
    if (bounded_ != block) block_bound_ = scorer_.bound(source_.list()->impacts(bounded_ = block));
    return block_bound_;
  }

  /// The next row; kEnd behind the last. What skip_to and take passed is behind.
  static constexpr uint32_t kEnd = UINT32_MAX;
  uint32_t row() const { return at_ < count_ ? rows_[at_] : kEnd; }
  /// To the first row that is not before `row`. REQUIRES: what was asked for does not fall.
  void skip_to(uint32_t row) {
    if (last_ < row) load(source_.block_with(row, block_ + 1));
    at_ = place_of(row);
  }
  /// The score of row().
  uint32_t score() {
    if (has_scores_) return scores_[at_];
    return scorer_.score(source_.frequency(block_, at_), lengths_[rows_[at_]]);
  }

  /// The largest bound of the blocks that reach into [row(), end); of many, the list's.
  uint32_t window_bound(uint32_t end);
  /// Adds the scores of all rows before `end` to sums[row - begin], and marks them in `seen`; blocks whose bound is
  /// below `least` are passed over.
  void take(uint32_t begin, uint32_t end, uint32_t least, uint32_t* sums, uint64_t* seen);

  /// Block by block: the rows from row() on, and their scores; next_block() goes behind them.
  std::span<const uint32_t> block_from_here() const { return std::span(rows_).subspan(at_, count_ - at_); }
  std::span<const uint32_t> scores_from_here();
  size_t block() const { return block_; }
  /// To the next block whose bound is at least `least`.
  void next_block(uint32_t least);

  bool sound() const { return source_.sound(); }

 private:
  void load(size_t block);
  void load_scores();
  uint32_t best_score(size_t block) const;
  /// How many rows of the block are before `row`, which the last one is not. Seven steps whatever they are, and no
  /// branch: the processor would guess half of them wrong.
  size_t place_of(uint32_t row) const {
    size_t at = 0;
#pragma GCC unroll 7
    for (unsigned step = 7; step-- > 0;) {
      const size_t half = size_t{1} << step;
      at += static_cast<size_t>(rows_[at + half - 1] < row) << step;
    }
    return at;
  }

  RowSource source_;
  TermScorer scorer_;
  std::span<const RowLength> lengths_;
  uint32_t bound_ = 0;
  size_t with_impacts_ = 0;       ///< blocks in front whose heads bound their scores
  std::vector<uint32_t> bounds_;  ///< of the other blocks
  size_t bounded_ = SIZE_MAX;     ///< the block that block_bound_ is of
  uint32_t block_bound_ = 0;
  size_t block_ = 0, at_ = 0, count_ = 0;
  uint32_t last_ = kEnd;  ///< row of the block; kEnd behind the last block
  bool has_scores_ = false;
  Block rows_, scores_;  ///< behind the last row of the list all rows are kEnd
};

}  // namespace vicinal::postings
