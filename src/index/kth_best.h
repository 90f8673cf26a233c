#pragma once
/// The k-th largest of the values seen so far.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <vector>

namespace vicinal::index {

/// Memory: k values.
class KthBest {
 public:
  explicit KthBest(size_t k) : k_(k) {}

  /// -∞ until k values were offered.
  double value() const { return heap_.size() < k_ ? -std::numeric_limits<double>::infinity() : heap_.front(); }

  void offer(double value) {
    if (heap_.size() < k_) {
      heap_.push_back(value);
      std::ranges::push_heap(heap_, std::greater<>());
    } else if (value > heap_.front()) {
      std::ranges::pop_heap(heap_, std::greater<>());
      heap_.back() = value;
      std::ranges::push_heap(heap_, std::greater<>());
    }
  }

 private:
  size_t k_;
  std::vector<double> heap_;  // the smallest first
};

}  // namespace vicinal::index
