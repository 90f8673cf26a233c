#pragma once
/// Ready vectors into a collection: rows with their vectors become documents of one passage each.

#include "index/store.h"
#include "vicinal/collection.h"

namespace vicinal::engine {

/// The space of vectors that were made elsewhere, as its maker calls it: never equal to that of a model.
std::string declared_space(std::string_view name);
std::string declared_space_json(std::string_view name);
/// The name in a space_json; empty where the space is a model's.
std::string declared_name(std::string_view space_json);

/// Takes batches from `source` until one is empty, and stores each while the next is asked for; with Durability::sync
/// it is durable before the next one is stored. `store`: opened to write; `watch` is told from another thread.
/// invalid_argument: an id, text or vector that cannot be stored, with "acknowledged" rows before its batch.
Result<IndexReport> ingest_vectors(index::Store& store, const VectorSource& source, const Watch& watch);

}  // namespace vicinal::engine
