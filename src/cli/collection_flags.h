#pragma once
/// The flags that name a collection and say how texts are cut, shared by the commands that open one.

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/model_flags.h"
#include "vicinal/collection.h"

namespace vicinal::cli {

struct ChunkFlags {
  std::string strategy;
  std::string overlap;
};

Flag collection_flag(std::string& target);
Flag where_flag(std::string& target);
/// Where rows have the texts of fields, of commands that index.
Flag field_source_flag(std::vector<std::string>& target);
/// Which fields are searched, and what they count.
Flag field_weight_flag(std::vector<std::string>& target);
Flag chunk_flag(ChunkFlags& target);
Flag overlap_flag(ChunkFlags& target);

std::vector<FieldSource> field_sources(const std::vector<std::string>& flags);
Result<std::vector<FieldWeight>> field_weights(const std::vector<std::string>& flags);

/// Empty when neither flag was given.
Result<std::optional<ChunkSpec>> chunk_spec(const ChunkFlags& flags);

/// Options for opening, from all these flags.
Result<CollectionOptions> collection_options(const ModelFlags& model, const ChunkFlags& chunk);

/// Opens one that must be there, for reading. Nothing is half done by a reader, so an interrupt goes on ending the
/// program at once: no Watch.
Result<Collection> open_to_read(const std::string& folder);

}  // namespace vicinal::cli
