#include "index/rank.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace vicinal::index {

Result<std::vector<StoreHit>> rank(const std::vector<Candidate>& candidates, size_t limit, const NameOf& name_of) {
  std::unordered_map<uint64_t, std::string> names;
  std::vector<StoreHit> hits;
  hits.reserve(candidates.size());
  for (const Candidate& candidate : candidates) {
    auto [name, added] = names.try_emplace(candidate.document);
    if (added) {
      VICINAL_TRY(name->second, name_of(candidate.document));
    }
    hits.push_back({name->second, candidate.ordinal, candidate.score});
  }
  const auto before = [](const StoreHit& a, const StoreHit& b) {
    return std::tie(b.score, a.document, a.ordinal) < std::tie(a.score, b.document, b.ordinal);
  };
  const size_t kept = std::min(limit, hits.size());
  std::partial_sort(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(kept), hits.end(), before);
  hits.resize(kept);
  return hits;
}

}  // namespace vicinal::index
