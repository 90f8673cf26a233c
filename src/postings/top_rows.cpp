#include "postings/top_rows.h"

#include <algorithm>
#include <tuple>

namespace vicinal::postings {

namespace {

bool better(const RankedRow& a, const RankedRow& b) {
  return std::tuple(b.score, a.document, a.ordinal) < std::tuple(a.score, b.document, b.ordinal);
}

}  // namespace

void TopRows::offer(uint64_t document, uint32_t ordinal, uint32_t score) {
  if (best_per_document_ && has_last_ && last_document_ == document && replace_own(document, ordinal, score)) return;
  last_document_ = document;
  has_last_ = true;
  if (heap_.size() == limit_) {
    std::ranges::pop_heap(heap_, better);
    heap_.pop_back();
  }
  heap_.push_back({document, ordinal, score});
  std::ranges::push_heap(heap_, better);
  if (heap_.size() == limit_) threshold_ = heap_.front().score;
}

/// True: the document is among the best already, and was given its better row.
bool TopRows::replace_own(uint64_t document, uint32_t ordinal, uint32_t score) {
  const auto own = std::ranges::find(heap_, document, &RankedRow::document);
  if (own == heap_.end()) return false;
  if (score > own->score) {
    *own = {document, ordinal, score};
    std::ranges::make_heap(heap_, better);
    if (heap_.size() == limit_) threshold_ = heap_.front().score;
  }
  return true;
}

std::vector<RankedRow> TopRows::take() {
  std::ranges::sort(heap_, better);
  return std::move(heap_);
}

}  // namespace vicinal::postings
