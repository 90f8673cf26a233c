#include "index/top_k.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace vicinal::index {

std::vector<Candidate> TopCandidates::take() {
  prune();
  return std::exchange(kept_, {});
}

void TopCandidates::prune() {
  if (kept_.size() > limit_) {
    const auto last = kept_.begin() + static_cast<std::ptrdiff_t>(limit_) - 1;
    std::ranges::nth_element(kept_, last, std::greater<>(), &Candidate::score);
    threshold_ = last->score;
    std::erase_if(kept_, [this](const Candidate& candidate) { return candidate.score < threshold_; });
  }
  capacity_ = std::max(kSmallestCapacity, 2 * kept_.size());
}

}  // namespace vicinal::index
