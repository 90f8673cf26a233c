#pragma once
/// Changes of documents' metadata, worked out before anything is written.

#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "index/store.h"
#include "vicinal/collection.h"

namespace vicinal::engine {

/// RFC 7386, section 2: members of an object patch replace those of the target, null removes one, objects are merged.
base::Json merge_patch(base::Json target, const base::Json& patch);

struct MetadataPlan {
  size_t matched = 0;                        ///< ids that are there
  std::vector<index::MetadataWrite> writes;  ///< of these, whose metadata would be another
};

/// invalid_argument: the patch is no JSON object. Reads the store.
Result<MetadataPlan> plan_metadata(index::Store& store, std::span<const std::string> ids, const MetadataUpdate& update);

}  // namespace vicinal::engine
