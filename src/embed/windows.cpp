#include "embed/windows.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace vicinal::embed {
namespace {

constexpr size_t kBytesPerToken = 4;  // English; other scripts only make windows smaller or larger

}  // namespace

size_t window_end(std::span<const std::string_view> texts, size_t begin, const WindowLimits& limits) {
  size_t tokens = 0;
  size_t end = begin;
  while (end < texts.size() && end - begin < limits.texts && (end == begin || tokens < limits.tokens)) {
    tokens += std::min(texts[end].size() / kBytesPerToken + 2, limits.max_tokens);
    ++end;
  }
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

std::vector<std::vector<size_t>> cut_batches(std::span<const size_t> lengths, size_t budget) {
  std::vector<size_t> order(lengths.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater(), [&](size_t i) { return lengths[i]; });
  std::vector<std::vector<size_t>> batches;
  size_t tokens = 0;
  for (const size_t i : order) {
    if (batches.empty() || tokens + lengths[i] > budget) {
      batches.emplace_back();
      tokens = 0;
    }
    batches.back().push_back(i);
    tokens += lengths[i];
  }
  return batches;
}

}  // namespace vicinal::embed
