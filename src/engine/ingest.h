#pragma once
/// One run of indexing: inputs in batches through reading, embedding and storing.
///
/// While a batch is embedded, the next one is read and cut on another thread. A batch is stored as a whole, in input
/// order, before anything of the next one: what is acknowledged is always a beginning of the input. A batch is about a
/// second of work, so a killed process loses little.

#include <string>
#include <vector>

#include "embed/local_embedder.h"
#include "engine/recipe.h"
#include "index/store.h"
#include "vicinal/collection.h"

namespace vicinal::engine {

struct IngestContext {
  index::Store& store;  ///< opened to write
  const embed::LocalEmbedder& embedder;
  Recipe recipe;  ///< in force for this run
  OnLong on_long = OnLong::truncate;
};

/// As Collection::index_paths says. Stopped: interrupted, with "acknowledged" inputs in its data.
Result<IndexReport> ingest(IngestContext context, const std::vector<std::string>& paths, const Watch& watch);

}  // namespace vicinal::engine
