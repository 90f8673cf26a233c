#pragma once
/// One query asked of the arms that a plan names: each brings its best, and scores what the other brought, exactly.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/searched_fields.h"
#include "index/store.h"
#include "retrieve/fusion.h"
#include "retrieve/noise_floor.h"
#include "retrieve/plan.h"
#include "vicinal/collection.h"

namespace vicinal::engine {

struct ArmsRequest {
  std::string_view text;
  std::span<const float> vector;  ///< empty where the plan has no dense arm
  const retrieve::SearchPlan& plan;
  const filter::Condition& where;  ///< the plan's filter
  Metric metric = Metric::cosine;
  std::optional<retrieve::NoiseFloor> floor = {};  ///< of the collection
  SearchedFields fields = {};                      ///< the plan's
  bool suggest = false;                            ///< correct words that no passage has
};

/// Documents of passages go by numbers in the order of their ids, so that ties fall as everywhere.
struct ArmsAnswer {
  std::vector<std::string> documents;  ///< by number
  retrieve::Arm dense, lexical;        ///< no scores of an arm that was not asked; else of all that either brought
  lexical::Query query;                ///< as the lexical arm understood it
  std::vector<float> weights;          ///< of its clauses
  std::string suggestion;              ///< the query corrected, or empty
  bool above_noise = true;
  bool exhausted = false;  ///< no arm would bring more if it were asked for more
};

/// `wanted`: the candidates of an arm that the plan names no number for.
Result<ArmsAnswer> ask_arms(index::Store& store, const ArmsRequest& request, size_t wanted);

}  // namespace vicinal::engine
