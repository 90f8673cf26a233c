#include "soak/expected.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace vicinal::soak {

namespace {

using index::StoreHit;
using index::TestDocument;

bool before(const StoreHit& a, const StoreHit& b) {
  return std::tie(b.score, a.document, a.ordinal) < std::tie(a.score, b.document, b.ordinal);
}

bool passes(const TestDocument& document, const Operation& search) {
  if (search.kind != Operation::Kind::filtered_search) return true;
  return document.version % 2 == 1 && document.version >= search.least_version;
}

}  // namespace

void Expected::apply(const Operation& operation) {
  using Kind = Operation::Kind;
  for (const TestDocument& document : operation.documents) {
    auto stored = std::make_shared<Stored>(Stored{document, {}});
    for (size_t i = 0; i < document.chunks; ++i)
      stored->vectors.push_back(index::test_vector(document, i, kDimensions));
    documents_[document.id] = std::move(stored);
  }
  if (operation.kind == Kind::remove)
    for (const std::string& id : operation.ids) documents_.erase(id);
  if (operation.kind == Kind::backup) saved_ = documents_;
  if (operation.kind == Kind::restore && saved_) documents_ = *saved_;
}

std::vector<StoreHit> Expected::hits(const Operation& search) const {
  std::vector<StoreHit> hits;
  for (const auto& [id, stored] : documents_) {
    if (!passes(stored->document, search)) continue;
    std::vector<StoreHit> own;
    for (size_t i = 0; i < stored->vectors.size(); ++i) {
      const float value = similarity(search.query, stored->vectors[i], search.metric).value();
      own.push_back({id, i, score_from_metric(value, search.metric)});
    }
    std::ranges::sort(own, before);
    if (search.best_per_document && own.size() > 1) own.resize(1);
    hits.insert(hits.end(), own.begin(), own.end());
  }
  std::ranges::sort(hits, before);
  hits.resize(std::min(search.limit, hits.size()));
  return hits;
}

index::StoreSelection Expected::count(uint64_t least_version) const {
  index::StoreSelection selection;
  for (const auto& [id, stored] : documents_) {
    if (stored->document.version % 2 == 0 || stored->document.version < least_version) continue;
    ++selection.documents;
    selection.chunks += stored->document.chunks;
  }
  return selection;
}

std::vector<std::string> Expected::list(const std::string& after, size_t limit) const {
  std::vector<std::string> ids;
  for (auto at = documents_.upper_bound(after); at != documents_.end() && ids.size() < limit; ++at)
    ids.push_back(at->first);
  return ids;
}

size_t Expected::removed_by(const Operation& removal) const {
  const std::set<std::string> ids(removal.ids.begin(), removal.ids.end());
  return static_cast<size_t>(
      std::ranges::count_if(ids, [&](const std::string& id) { return documents_.contains(id); }));
}

const TestDocument* Expected::find(const std::string& id) const {
  const auto found = documents_.find(id);
  return found == documents_.end() ? nullptr : &found->second->document;
}

std::string Expected::differs_from(index::Store& store) const {
  const auto ids = store.list("", kIds * 2);
  if (!ids) return ids.error().what();
  if (*ids != list("", kIds * 2)) return "the list of documents";
  size_t chunks = 0;
  for (const auto& [id, stored] : documents_) {
    if (auto wrong = index::document_differs(store, stored->document); !wrong.empty()) return wrong;
    chunks += stored->document.chunks;
    for (size_t i = 0; i < stored->vectors.size(); ++i) {
      if (auto wrong = index::vector_differs(store, stored->document, i, kDimensions); !wrong.empty()) return wrong;
      const auto hits = store.search({stored->vectors[i], 1, Metric::l2, false});
      if (!hits) return hits.error().what();
      if (hits->empty() || (*hits)[0].document != id || (*hits)[0].ordinal != i)
        return id + "#" + std::to_string(i) + " is not found by its own vector";
    }
  }
  const auto stats = store.stats();
  if (!stats) return stats.error().what();
  return stats->documents == documents_.size() && stats->chunks == chunks ? "" : "the counts of the statistics";
}

}  // namespace vicinal::soak
