#pragma once
/// Which rows of a large table have been looked at: each is checked once, when it is first needed.

#include <atomic>
#include <cstddef>
#include <memory>

namespace vicinal::model {

/// Thread-safe: two threads may check the same row, with the same result.
class CheckedRows {
 public:
  explicit CheckedRows(size_t rows) : seen_(std::make_unique<std::atomic<bool>[]>(rows)) {}

  /// check(row), unless it has been true before.
  template <class Check>
  bool holds(size_t row, const Check& check) {
    if (seen_[row].load(std::memory_order_relaxed)) return true;
    if (!check(row)) return false;
    seen_[row].store(true, std::memory_order_relaxed);
    return true;
  }

 private:
  std::unique_ptr<std::atomic<bool>[]> seen_;
};

}  // namespace vicinal::model
