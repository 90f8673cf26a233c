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

Flag field_source_flag(std::vector<std::string>& target) {
  return {.names = "--field",
          .value = "NAME=MEMBER",
          .help =
              "a field of the documents, with vectors and words of its own, and the member of a row that its text is "
              "in; body=text stands by itself. Given once for each, at most 8 (default: the body, or what the "
              "collection has)",
          .target = &target};
}

Flag field_weight_flag(std::vector<std::string>& target) {
  return {.names = "--field",
          .value = "NAME[:W]",
          .help =
              "search this field only, and others given so, with weights above 0: title:2,body:1 (default: all "
              "fields alike)",
          .target = &target};
}

std::vector<FieldSource> field_sources(const std::vector<std::string>& flags) {
  std::vector<FieldSource> sources;
  for (const std::string& flag : flags) sources.push_back(parse_field_source(flag));
  return sources;
}

Result<std::vector<FieldWeight>> field_weights(const std::vector<std::string>& flags) {
  std::vector<FieldWeight> weights;
  for (const std::string& flag : flags) {
    VICINAL_TRY(const std::vector<FieldWeight> some, parse_field_weights(flag));
    weights.insert(weights.end(), some.begin(), some.end());
  }
  return weights;
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
