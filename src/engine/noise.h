#pragma once
/// What scores of unrelated things are in a collection: measured when it is indexed, kept in it.

#include <optional>

#include "embed/local_embedder.h"
#include "index/store.h"
#include "retrieve/noise_floor.h"

namespace vicinal::engine {

/// Measures it where the collection has no floor, or has grown or shrunk by a fifth since. `embedder`: null where
/// vectors are made elsewhere: then there are no probe questions. Too few passages: nothing happens. Other metrics than
/// cosine: nothing.
Result<> renew_noise_floor(index::Store& store, const embed::LocalEmbedder* embedder, const Watch& watch);

/// The stored one; nothing where there is none that can be read.
std::optional<retrieve::NoiseFloor> noise_floor_of(const index::Store& store);

/// False where a floor of cosines says that nothing rises above what unrelated questions find.
bool is_above_noise(const std::optional<retrieve::NoiseFloor>& floor, Metric metric,
                    const retrieve::AnswerSigns& signs);

}  // namespace vicinal::engine
