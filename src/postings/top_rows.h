#pragma once
/// The best k rows, or the best row of each of the best k documents, while rows come by in ascending order.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace vicinal::postings {

struct RankedRow {
  uint64_t document = 0;
  uint32_t ordinal = 0;
  uint32_t score = 0;
};

class TopRows {
 public:
  TopRows(size_t limit, bool best_per_document) : limit_(limit), best_per_document_(best_per_document) {}

  /// Only what scores more than this can still come in: of equal rows the first one stays.
  uint32_t threshold() const { return threshold_; }
  /// REQUIRES: score > threshold(); documents, and ordinals within one, do not fall.
  void offer(uint64_t document, uint32_t ordinal, uint32_t score);
  /// Best first; ties by document, then ordinal.
  std::vector<RankedRow> take();

 private:
  bool replace_own(uint64_t document, uint32_t ordinal, uint32_t score);

  size_t limit_;
  bool best_per_document_;
  uint32_t threshold_ = 0;
  std::vector<RankedRow> heap_;  ///< the worst in front
  uint64_t last_document_ = 0;
  bool has_last_ = false;
};

}  // namespace vicinal::postings
