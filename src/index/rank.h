#pragma once
/// From scored rows to the final list: names, ties, limit.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "index/store.h"
#include "index/top_k.h"

namespace vicinal::index {

/// The external id of a document by its internal one.
using NameOf = std::function<Result<std::string>(uint64_t document)>;

/// Best first; equal scores by external id (bytewise), then ordinal; cut at `limit`. Asks each name once.
Result<std::vector<StoreHit>> rank(const std::vector<Candidate>& candidates, size_t limit, const NameOf& name_of);

}  // namespace vicinal::index
