#pragma once
/// Documents drawn at random.

#include <cstdint>
#include <string>
#include <vector>

#include "index/store.h"

namespace vicinal::engine {

/// As Collection::sample says. One pass over the ids (algorithm R: J. S. Vitter, Random sampling with a reservoir, ACM
/// TOMS 11, 1985); memory for those that are drawn.
Result<std::vector<std::string>> sample_ids(index::Store& store, const filter::Condition& where, size_t count,
                                            uint64_t seed);

}  // namespace vicinal::engine
