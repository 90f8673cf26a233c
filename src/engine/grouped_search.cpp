#include "engine/grouped_search.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace vicinal::engine {
namespace {

// Hits fetched at first for one that is wanted, and how many times more after a round that was not enough.
constexpr size_t kGroupMargin = 4;

std::vector<index::StoreHit> grouped(const std::vector<index::StoreHit>& ranking, size_t limit, size_t per_document) {
  std::unordered_map<std::string_view, size_t> taken;
  std::vector<index::StoreHit> hits;
  for (const index::StoreHit& hit : ranking) {
    if (hits.size() == limit) break;
    if (taken[hit.document]++ < per_document) hits.push_back(hit);
  }
  return hits;
}

}  // namespace

Result<std::vector<std::vector<index::StoreHit>>> search_grouped(index::Store& store, base::MatrixView queries,
                                                                 index::StoreSearch wanted, size_t per_document) {
  if (per_document == 1) wanted.best_per_document = true;
  if (per_document == 0 || wanted.best_per_document) return store.search_all(queries, wanted);
  VICINAL_TRY(const index::StoreSelection all, store.count(wanted.where, wanted.fields));
  std::vector<std::vector<index::StoreHit>> found(queries.rows);
  for (size_t i = 0; i < queries.rows; ++i) {
    const base::MatrixView query{queries.row(i).data(), 1, queries.cols, queries.stride};
    index::StoreSearch fetched = wanted;
    // A beginning of the ranking decides all that it reaches, so growing it until it reaches far enough is exact.
    do {
      const bool more = fetched.limit < all.chunks / kGroupMargin;
      fetched.limit = more ? fetched.limit * kGroupMargin : all.chunks;
      VICINAL_TRY(const auto rankings, store.search_all(query, fetched));
      found[i] = grouped(rankings.front(), wanted.limit, per_document);
    } while (found[i].size() < wanted.limit && fetched.limit < all.chunks);
  }
  return found;
}

}  // namespace vicinal::engine
