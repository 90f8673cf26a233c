#include "postings/scored_list.h"

#include <algorithm>

namespace vicinal::postings {

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

ScoredList::ScoredList(RowSource source, const TermScorer& scorer, std::span<const uint32_t> lengths)
    : source_(std::move(source)), scorer_(scorer), lengths_(lengths), bounds_(source_.blocks(), 0) {
  const ListReader* list = source_.list();
  if (list != nullptr && list->full_blocks() > 0) {
    for (const ImpactCode& code : list->impacts())
      if (code.frequency > 0) bound_ = std::max(bound_, scorer_.bound(impact_frequency(code.frequency), code.length));
  } else {
    for (size_t block = 0; block < bounds_.size(); ++block) bound_ = std::max(bound_, block_bound(block));
  }
  if (source_.blocks() > 0) load(0);
}

uint32_t ScoredList::block_bound(size_t block) {
  uint32_t& bound = bounds_[block];
  if (bound > 0) return bound;
  const ListReader* list = source_.list();
  if (list != nullptr && block < list->full_blocks()) {
    for (const ImpactCode& code : list->impacts(block))
      if (code.frequency > 0) bound = std::max(bound, scorer_.bound(impact_frequency(code.frequency), code.length));
    return bound;
  }
  Block rows, frequencies, scores;
  const size_t count = source_.block_rows(block);
  source_.read_rows(block, rows);
  source_.read_frequencies(block, frequencies);
  scorer_.score(std::span(rows).first(count), std::span(frequencies).first(count), lengths_, scores.data());
  return bound = *std::max_element(scores.begin(), scores.begin() + static_cast<ptrdiff_t>(count));
}

void ScoredList::load(size_t block) {
  block_ = block;
  at_ = 0;
  has_frequencies_ = has_scores_ = false;
  count_ = block < source_.blocks() ? source_.block_rows(block) : 0;
  if (count_ > 0) source_.read_rows(block, rows_);
}

void ScoredList::load_frequencies() {
  if (!has_frequencies_) source_.read_frequencies(block_, frequencies_);
  has_frequencies_ = true;
}

void ScoredList::load_scores() {
  if (has_scores_) return;
  load_frequencies();
  scorer_.score(std::span(rows_).first(count_), std::span(frequencies_).first(count_), lengths_, scores_.data());
  has_scores_ = true;
}

void ScoredList::skip_to(uint32_t row) {
  if (this->row() >= row) return;
  if (rows_[count_ - 1] < row) load(source_.block_with(row, block_ + 1));
  at_ = static_cast<size_t>(std::lower_bound(rows_.begin() + static_cast<ptrdiff_t>(at_),
                                             rows_.begin() + static_cast<ptrdiff_t>(count_), row) -
                            rows_.begin());
}

uint32_t ScoredList::score() {
  if (has_scores_) return scores_[at_];
  load_frequencies();
  return scorer_.score(frequencies_[at_], lengths_[rows_[at_]]);
}

uint32_t ScoredList::window_bound(uint32_t end) {
  if (row() >= end) return 0;
  uint32_t bound = block_bound(block_);
  for (size_t block = block_; block + 1 < source_.blocks() && source_.last_row(block) < end; ++block)
    bound = std::max(bound, block_bound(block + 1));
  return bound;
}

void ScoredList::take(uint32_t begin, uint32_t end, uint32_t least, uint32_t* sums, uint64_t* seen) {
  while (row() < end) {
    if (block_bound(block_) >= least) {
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
