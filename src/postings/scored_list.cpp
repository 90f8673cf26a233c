#include "postings/scored_list.h"

#include <algorithm>

namespace vicinal::postings {

namespace {

constexpr size_t kMostBounded = 4;  // blocks of a window; the best of more is about the best of the list

}  // namespace

size_t RowSource::block_rows(size_t block) const {
  return list_ ? list_->block_rows(block) : std::min(kBlock, memory_->rows.size() - block * kBlock);
}

uint32_t RowSource::last_row(size_t block) const {
  return list_ ? list_->last_row(block) : memory_->rows[block * kBlock + block_rows(block) - 1];
}

size_t RowSource::block_with(uint32_t row, size_t from) const {
  if (list_) return list_->block_with(row, from);
  const auto begin = memory_->rows.begin() + static_cast<ptrdiff_t>(std::min(from * kBlock, memory_->rows.size()));
  const auto found = std::lower_bound(begin, memory_->rows.end(), row);
  return found == memory_->rows.end() ? blocks() : static_cast<size_t>(found - memory_->rows.begin()) / kBlock;
}

void RowSource::read_rows(size_t block, Block& out) const {
  if (list_) return list_->read_rows(block, out);
  std::copy_n(memory_->rows.begin() + static_cast<ptrdiff_t>(block * kBlock), block_rows(block), out.begin());
}

void RowSource::read_frequencies(size_t block, Block& out) const {
  if (list_) return list_->read_frequencies(block, out);
  std::copy_n(memory_->frequencies.begin() + static_cast<ptrdiff_t>(block * kBlock), block_rows(block), out.begin());
}

ScoredList::ScoredList(RowSource source, const TermScorer& scorer, std::span<const RowLength> lengths)
    : source_(std::move(source)), scorer_(scorer), lengths_(lengths) {
  if (source_.list() != nullptr) with_impacts_ = source_.list()->full_blocks();
  for (size_t block = with_impacts_; block < source_.blocks(); ++block) bounds_.push_back(best_score(block));
  if (with_impacts_ > 0)
    bound_ = scorer_.bound(source_.list()->impacts());
  else if (!bounds_.empty())
    bound_ = std::ranges::max(bounds_);
  load(0);
}

uint32_t ScoredList::best_score(size_t block) const {
  Block rows, frequencies, scores;
  const size_t count = source_.block_rows(block);
  source_.read_rows(block, rows);
  source_.read_frequencies(block, frequencies);
  scorer_.score(std::span(rows).first(count), std::span(frequencies).first(count), lengths_, scores.data());
  return *std::max_element(scores.begin(), scores.begin() + static_cast<ptrdiff_t>(count));
}

void ScoredList::load(size_t block) {
  block_ = block;
  at_ = 0;
  has_scores_ = false;
  count_ = block < source_.blocks() ? source_.block_rows(block) : 0;
  if (count_ > 0) source_.read_rows(block, rows_);
  std::fill(rows_.begin() + static_cast<ptrdiff_t>(count_), rows_.end(), kEnd);
  last_ = count_ > 0 ? rows_[count_ - 1] : kEnd;
}

void ScoredList::load_scores() {
  if (has_scores_) return;
  Block frequencies;
  source_.read_frequencies(block_, frequencies);
  scorer_.score(std::span(rows_).first(count_), std::span(frequencies).first(count_), lengths_, scores_.data());
  has_scores_ = true;
}

uint32_t ScoredList::window_bound(uint32_t end) {
  if (row() >= end) return 0;
  size_t last = block_;
  while (last + 1 < source_.blocks() && source_.last_row(last) < end)
    if (++last - block_ > kMostBounded) return bound_;
  uint32_t bound = 0;
  for (size_t block = block_; block <= last; ++block) bound = std::max(bound, block_bound(block));
  return bound;
}

void ScoredList::take(uint32_t begin, uint32_t end, uint32_t least, uint32_t* sums, uint64_t* seen) {
  while (row() < end) {
    if (least <= 1 || block_bound(block_) >= least) {
      load_scores();
      for (; at_ < count_ && rows_[at_] < end; ++at_) {
        const uint32_t place = rows_[at_] - begin;
        sums[place] += scores_[at_];
        seen[place / 64] |= uint64_t{1} << (place % 64);
      }
    } else if (rows_[count_ - 1] >= end) {
      skip_to(end);
    } else {
      at_ = count_;
    }
    if (at_ == count_) load(block_ + 1);
  }
}

std::span<const uint32_t> ScoredList::scores_from_here() {
  load_scores();
  return std::span<const uint32_t>(scores_).subspan(at_, count_ - at_);
}

void ScoredList::next_block(uint32_t least) {
  size_t block = block_ + 1;
  while (block < source_.blocks() && block_bound(block) < least) ++block;
  load(block);
}

}  // namespace vicinal::postings
