#pragma once
/// What the public options of a search are as a plan.

#include "retrieve/plan.h"
#include "vicinal/collection.h"

namespace vicinal::engine {

/// invalid_argument: a value out of its range, with what it may be.
Result<retrieve::SearchPlan> plan_of(const SearchOptions& options);
/// invalid_argument: no such metric.
Result<SearchOptions> options_of(const retrieve::SearchPlan& plan);

}  // namespace vicinal::engine
