#pragma once
/// One query asked of the arms of a search, and what they say made one ranking.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/searched_fields.h"
#include "index/store.h"
#include "retrieve/fusion.h"
#include "retrieve/noise_floor.h"
#include "vicinal/collection.h"

namespace vicinal::engine {

struct ArmsRequest {
  std::string_view text;
  std::span<const float> vector;  ///< empty in lexical mode
  SearchMode mode = SearchMode::hybrid;
  retrieve::FusionOptions fusion;
  Metric metric = Metric::cosine;
  size_t limit = 10;
  size_t per_document = 0;  ///< at most so many passages of a document; 0: any number
  const filter::Condition* where = nullptr;
  std::optional<retrieve::NoiseFloor> floor;  ///< of the collection
  bool suggest = false;                       ///< correct words that no passage has
  SearchedFields fields = {};
};

struct RankedPassage {
  std::string document;
  size_t ordinal = 0;
  float score = 0;
  std::vector<HitArm> arms;
};

struct Ranking {
  std::vector<RankedPassage> passages;  ///< best first; ties by document id, then ordinal
  lexical::Query query;                 ///< without a lexical arm: no clauses
  std::vector<float> weights;           ///< of its clauses
  bool above_noise = true;
  std::string suggestion;  ///< the query corrected, or empty
};

/// Dense mode is exact; hybrid and lexical mode rank each arm's best candidates (at least 100, and twice the limit),
/// every one scored exactly by both arms, and ask for more where grouping leaves fewer documents than wanted.
Result<Ranking> search_arms(index::Store& store, const ArmsRequest& request);

}  // namespace vicinal::engine
