#pragma once
/// The best candidates of a scan, with every one that ties with the last.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace vicinal::index {

struct Candidate {
  float score = 0;  ///< larger is nearer; never NaN
  uint32_t ordinal = 0;
  uint64_t document = 0;  ///< internal id
};

/// Keeps all candidates whose score is at least the `limit`-th best: which of the tied ones count is decided by
/// names that only the caller knows. Memory: twice the limit, or twice the ties where they are more.
class TopCandidates {
 public:
  explicit TopCandidates(size_t limit) : limit_(limit) {}

  void add(const Candidate& candidate) {
    if (candidate.score < threshold_) return;
    kept_.push_back(candidate);
    if (kept_.size() >= capacity_) prune();
  }
  /// In no order; fewer than `limit` only when fewer were added.
  std::vector<Candidate> take();

 private:
  void prune();

  static constexpr size_t kSmallestCapacity = 512;
  size_t limit_;
  size_t capacity_ = kSmallestCapacity;
  float threshold_ = -std::numeric_limits<float>::infinity();
  std::vector<Candidate> kept_;
};

}  // namespace vicinal::index
