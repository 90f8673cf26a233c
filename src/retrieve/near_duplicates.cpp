#include "retrieve/near_duplicates.h"

#include <algorithm>

#include "base/check.h"
#include "retrieve/cosine.h"

namespace vicinal::retrieve {
namespace {

Result<> check_looks(std::span<const PassageLook> ranked, double threshold) {
  if (!(threshold > 0 && threshold <= 1))
    return Error(Code::invalid_argument, "the threshold of near-duplicates is a cosine above 0, at most 1")
        .with("threshold", threshold);
  size_t length = 0;
  for (const PassageLook& look : ranked) {
    if (look.vector.empty()) continue;
    if (length != 0 && look.vector.size() != length)
      return Error(Code::invalid_argument, "vectors of different lengths cannot be compared");
    length = look.vector.size();
  }
  return {};
}

bool look_alike(const PassageLook& a, const PassageLook& b, double threshold) {
  if (a.text_hash && a.text_hash == b.text_hash) return true;
  return !a.vector.empty() && !b.vector.empty() && cosine(a.vector, b.vector) >= threshold;
}

}  // namespace

Result<std::vector<FoldedPassage>> fold_near_duplicates(std::span<const PassageLook> ranked, double threshold) {
  VICINAL_TRY_VOID(check_looks(ranked, threshold));
  std::vector<FoldedPassage> out;
  for (size_t i = 0; i < ranked.size(); ++i) {
    const auto near = std::ranges::find_if(
        out, [&](const FoldedPassage& kept) { return look_alike(ranked[kept.kept], ranked[i], threshold); });
    if (near == out.end())
      out.push_back({.kept = i, .folded = {}});
    else
      near->folded.push_back(i);
  }
  return out;
}

}  // namespace vicinal::retrieve
