#include "base/closest_names.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace vicinal::base {
namespace {

constexpr size_t kLongestName = 256;

bool same_letter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

/// A beginning counts as one edit more than a whole name, and has to be closer.
size_t distance_to(std::string_view candidate, std::string_view name) {
  const size_t whole = edit_distance(name, candidate);
  const size_t beginning = 1 + edit_distance(name, candidate.substr(0, name.size()));
  return beginning <= name.size() / 3 ? std::min(whole, beginning) : whole;
}

}  // namespace

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = last[j - 1] + (same_letter(a[i - 1], b[j - 1]) ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) && same_letter(a[i - 2], b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::vector<std::string> closest_names(std::string_view name, std::span<const std::string> known, size_t limit) {
  if (name.size() > kLongestName) return {};
  const size_t bound = std::max<size_t>(2, name.size() / 3);
  std::vector<std::pair<size_t, std::string>> near;
  for (const std::string& candidate : known) {
    const size_t distance = distance_to(candidate, name);
    if (distance <= bound && distance < std::max(name.size(), candidate.size())) near.emplace_back(distance, candidate);
  }
  std::ranges::stable_sort(near, {}, &std::pair<size_t, std::string>::first);
  if (near.size() > limit) near.resize(limit);
  std::vector<std::string> names;
  for (auto& [distance, candidate] : near) names.push_back(std::move(candidate));
  return names;
}

}  // namespace vicinal::base
