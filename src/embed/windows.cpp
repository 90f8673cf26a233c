#include "embed/windows.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace vicinal::embed {
namespace {

constexpr size_t kBytesPerToken = 4;  // English; other scripts only make windows smaller or larger

/// Below kLeastShare the weights' way from memory costs more than a second core brings; kLeastPiece is as small as
/// batches get in a window of many tokens.
constexpr size_t kLeastShare = 64, kLeastPiece = 256;
/// A batch takes at most this part of what is left for each thread.
constexpr size_t kPiecesLeft = 2;

size_t divide_up(size_t a, size_t b) { return (a + b - 1) / b; }

/// Guided self-scheduling (Polychronopoulos and Kuck 1987): pieces in proportion to what is left.
class Budget {
 public:
  Budget(size_t total, const BatchLimits& limits)
      : left_(total),
        most_(limits.tokens),
        least_(std::min(std::clamp(divide_up(total, limits.threads), kLeastShare, kLeastPiece), limits.tokens)),
        threads_(limits.threads) {}

  size_t next() const {
    return threads_ == 1 ? most_ : std::clamp(divide_up(left_, threads_ * kPiecesLeft), least_, most_);
  }
  void take(size_t tokens) { left_ -= tokens; }

 private:
  size_t left_, most_, least_, threads_;
};

}  // namespace

void WindowMeter::add(std::string_view text) {
  ++texts_;
  bytes_ += text.size();
  tokens_ += std::min(text.size() / kBytesPerToken + 2, limits_.max_tokens);
}

size_t window_end(std::span<const std::string_view> texts, size_t begin, const WindowLimits& limits) {
  WindowMeter meter(limits);
  size_t end = begin;
  while (end < texts.size() && (end == begin || !meter.full())) meter.add(texts[end++]);
  return end;
}

DistinctTexts find_distinct(std::span<const std::string_view> texts) {
  DistinctTexts out;
  std::unordered_map<std::string_view, size_t> slots;
  slots.reserve(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    const auto [at, is_new] = slots.try_emplace(texts[i], out.distinct.size());
    if (is_new) out.distinct.push_back(i);
    out.slot.push_back(at->second);
  }
  return out;
}

std::vector<std::vector<size_t>> cut_batches(std::span<const size_t> lengths, const BatchLimits& limits) {
  std::vector<size_t> order(lengths.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater(), [&](size_t i) { return lengths[i]; });
  Budget budget(std::accumulate(lengths.begin(), lengths.end(), size_t{0}), limits);
  std::vector<std::vector<size_t>> batches;
  size_t tokens = 0, most = 0;
  for (const size_t i : order) {
    if (batches.empty() || tokens + lengths[i] > most) {
      most = budget.next();
      batches.emplace_back();
      tokens = 0;
    }
    batches.back().push_back(i);
    tokens += lengths[i];
    budget.take(lengths[i]);
  }
  return batches;
}

}  // namespace vicinal::embed
