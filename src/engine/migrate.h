#pragma once
/// A collection into another vector space: its texts are embedded anew into a collection beside it, which takes its
/// place.
///
/// `<folder>.migrating` is a whole collection in the new space that grows while the old one is used. A *pass* compares
/// both, document by document in id order, by DocumentVersion, and carries over what differs: the first pass is the
/// work, the next ones what changed meanwhile, the last one runs under the writer's lock of the old collection. What a
/// killed run has committed is found equal by the next run's pass, so resuming needs no record of its own. Then the two
/// folders exchange their names (copy_folder.h) and the old one is removed. A kill before the exchange leaves the old
/// collection in place, a kill after it the new one, with the old one beside it for the next run to remove.

#include <optional>
#include <string>
#include <vector>

#include "embed/local_embedder.h"
#include "engine/batch.h"
#include "engine/recipe.h"
#include "index/store.h"
#include "vicinal/collection.h"

namespace vicinal::engine {

/// The document with its passages for the new space. `cut`: passages are cut anew; else they stay, and are embedded
/// with the new model. Nothing when the document is gone.
Result<std::optional<Input>> migrated_input(index::Store& from, const std::string& id,
                                            const embed::LocalEmbedder& embedder, const ChunkSpec& chunk, bool cut,
                                            const lexical::Synonyms* glossary);

/// What differs between the two in one page of ids.
struct MigrationStep {
  std::vector<std::string> write, remove;
  std::vector<index::SourceState> restamp;  ///< sources that were only touched
  std::string last;                         ///< id that the next page begins behind
  size_t equal = 0;                         ///< documents that need no more than that
  bool end = false;
};
Result<MigrationStep> next_step(index::Store& from, index::Store& to, const std::string& after);

}  // namespace vicinal::engine
