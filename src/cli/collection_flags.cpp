#include "cli/collection_flags.h"

#include "base/check.h"

namespace vicinal::cli {

Flag collection_flag(std::string& target) {
  return {
      .names = "--collection", .value = "DIR", .help = "folder of the collection", .target = &target, .required = true};
}

Flag where_flag(std::string& target) {
  return {.names = "--where",
          .value = "FILTER",
          .help = "only documents that fulfil it: 'lang = \"de\" and year >= 2020', or Qdrant's JSON (docs/filters.md)",
          .target = &target};
}

Flag chunk_flag(ChunkFlags& target) {
  return {.names = "--chunk",
          .value = "HOW",
          .help =
              "recursive:Nt cuts into passages of at most N tokens; none keeps a document whole, cut at the model's "
              "limit (default recursive:256t, or what the collection has)",
          .target = &target.strategy};
}

Flag overlap_flag(ChunkFlags& target) {
  return {.names = "--overlap",
          .value = "Nt",
          .help = "tokens of a passage that the next one repeats (default 32t, or what the collection has)",
          .target = &target.overlap};
}

Result<std::optional<ChunkSpec>> chunk_spec(const ChunkFlags& flags) {
  if (flags.strategy.empty() && flags.overlap.empty()) return std::optional<ChunkSpec>();
  VICINAL_TRY(ChunkSpec spec, parse_chunk_spec(flags.strategy.empty() ? "recursive" : flags.strategy, flags.overlap));
  return std::optional(spec);
}

Result<CollectionOptions> collection_options(const ModelFlags& model, const ChunkFlags& chunk) {
  CollectionOptions options;
  options.model = model.model;
  VICINAL_TRY(options.embedder, embedder_options(model));
  VICINAL_TRY(options.chunk, chunk_spec(chunk));
  return options;
}

Result<Collection> open_to_read(const std::string& folder) {
  CollectionOptions options;
  options.read_only = true;
  return Collection::open(folder, options);
}

}  // namespace vicinal::cli
