#pragma once
/// Which fields a search looks into, and what they count in either arm.

#include <span>
#include <string>

#include "index/store.h"
#include "retrieve/noise_floor.h"

namespace vicinal::engine {

struct SearchedFields {
  index::FieldWeights words;    ///< as they were given; empty: all fields, alike
  index::FieldWeights vectors;  ///< over the largest, so that no score leaves the metric's scale
  float baseline = 0;           ///< of StoreSearch
};

/// `names`: of the collection's fields. invalid_argument: a field that it lacks, or that is given twice; a weight that
/// is no finite number above 0; different weights with distances (l2, l1), which have no zero to weigh from.
Result<SearchedFields> searched_fields(std::span<const FieldWeight> wanted, std::span<const std::string> names,
                                       Metric metric, const std::optional<retrieve::NoiseFloor>& floor);

}  // namespace vicinal::engine
