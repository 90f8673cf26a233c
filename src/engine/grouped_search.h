#pragma once
/// Nearest chunks with at most so many of one document: what grouping the full ranking would leave.

#include <vector>

#include "index/store.h"

namespace vicinal::engine {

/// One list for each row of `queries`: the first `wanted.limit` hits of the ranking from which, of each document, all
/// but its `per_document` best were taken out. 0: nothing is taken out (`wanted.best_per_document` aside).
Result<std::vector<std::vector<index::StoreHit>>> search_grouped(index::Store& store, base::MatrixView queries,
                                                                 index::StoreSearch wanted, size_t per_document);

}  // namespace vicinal::engine
