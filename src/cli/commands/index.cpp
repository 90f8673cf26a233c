#include <fmt/format.h>

#include <memory>

#include "base/check.h"
#include "cli/collection_flags.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/index_summary.h"
#include "cli/number_format.h"
#include "cli/session.h"

namespace vicinal::cli {
namespace {

struct IndexFlags {
  std::vector<std::string> paths;
  std::string collection;
  std::string metric;
  std::string durability = "sync";
  std::string lexical;
  std::string space;  ///< not empty: the paths hold ready vectors
  bool json = false;
  ModelFlags model;
  ChunkFlags chunk;
};

/// An existing collection keeps its metric.
Result<> check_metric(const IndexFlags& flags, Collection& collection) {
  if (flags.metric.empty()) return {};
  VICINAL_TRY(const Metric metric, parse_metric(flags.metric));
  VICINAL_TRY(const CollectionStats stats, collection.stats());
  if (stats.metric == metric_name(metric)) return {};
  return Error(Code::invalid_argument, "the collection's metric was fixed when it was made")
      .with("collection_metric", stats.metric)
      .with("metric", metric_name(metric))
      .with("fix", "leave --metric out; vicinal search --metric NAME compares by another one");
}

Result<bool> is_on(const std::string& value) {
  if (value.empty() || value == "on") return true;
  if (value == "off") return false;
  return Error(Code::invalid_argument, "--lexical is on or off").with("given", value);
}

/// So is whether it has words.
Result<> check_lexical(const IndexFlags& flags, Collection& collection) {
  if (flags.lexical.empty()) return {};
  VICINAL_TRY(const bool wanted, is_on(flags.lexical));
  VICINAL_TRY(const CollectionStats stats, collection.stats());
  if (stats.lexical == wanted) return {};
  return Error(Code::invalid_argument, "whether words are indexed was fixed when the collection was made")
      .with("collection_lexical", stats.lexical ? "on" : "off")
      .with("fix", "leave --lexical out, or index into a new collection");
}

/// What a model is asked has no meaning for vectors that are there already.
Result<> check_space_flags(const IndexFlags& flags) {
  const bool model = !flags.model.model.empty() || flags.model.precision != "auto" || !flags.chunk.strategy.empty() ||
                     !flags.chunk.overlap.empty();
  if (flags.space.empty() || !model) return {};
  return Error(Code::invalid_argument,
               "--space is for vectors made elsewhere; --model, --precision and --chunk change nothing there")
      .with("fix", "leave them out, or leave --space out to embed texts");
}

Result<CollectionOptions> options_of(const IndexFlags& flags) {
  VICINAL_TRY_VOID(check_space_flags(flags));
  VICINAL_TRY(CollectionOptions options, collection_options(flags.model, flags.chunk));
  options.create = true;
  VICINAL_TRY(options.durability, parse_durability(flags.durability));
  VICINAL_TRY(options.lexical, is_on(flags.lexical));
  options.space = flags.space;
  if (!flags.space.empty()) {
    VICINAL_TRY(options.dimensions, vector_file_dimensions(flags.paths.front()));
  }
  if (!flags.metric.empty()) {
    VICINAL_TRY(options.metric, parse_metric(flags.metric));
  }
  return options;
}

Result<int> run(const IndexFlags& flags, Session& session) {
  VICINAL_TRY(const CollectionOptions options, options_of(flags));
  VICINAL_TRY(Collection collection, Collection::open(flags.collection, options, session.watch()));
  VICINAL_TRY_VOID(check_metric(flags, collection));
  VICINAL_TRY_VOID(check_lexical(flags, collection));
  auto report = flags.space.empty() ? collection.index_paths(flags.paths, session.watch())
                                    : collection.add_vector_files(flags.paths, session.watch());
  if (!report) {
    if (report.error().code() == Code::interrupted)
      session.console().note(fmt::format(
          "the first {} are stored; the same command {}", counted(session.console().acknowledged(), "input", "inputs"),
          flags.space.empty() ? "goes on from there" : "stores them once more, and the rest"));
    return std::move(report).error();
  }
  for (const std::string& note : index_notes(*report, session.verbose())) session.console().note(note);
  if (flags.json) session.out().write(index_json(*report));
  return all_refused(*report) ? kExitUse : kExitDone;
}

std::vector<Flag> flags_of(IndexFlags& flags) {
  std::vector<Flag> all = {collection_flag(flags.collection),
                           {.names = "--json", .value = "", .help = "the summary as one object", .target = &flags.json},
                           chunk_flag(flags.chunk),
                           overlap_flag(flags.chunk),
                           {.names = "--space",
                            .value = "NAME",
                            .help = "PATH holds ready vectors of this space: .npy (float32) or .jsonl rows "
                                    "{\"id\",\"embedding\",\"text\", …metadata}",
                            .target = &flags.space,
                            .not_empty = true},
                           {.names = "--metric",
                            .value = "NAME",
                            .help = "of a new collection: cosine, dot, l2, l1 (default cosine)",
                            .target = &flags.metric},
                           {.names = "--lexical",
                            .value = "on|off",
                            .help = "of a new collection: whether its words are indexed (default on); off: it is "
                                    "smaller, faster to fill, and searched by meaning alone",
                            .target = &flags.lexical},
                           {.names = "--durability",
                            .value = "WHEN",
                            .help = "when what was stored is synced: sync (every commit), batch (many together), none "
                                    "(at the end; a power loss may damage the collection)",
                            .target = &flags.durability}};
  for (Flag& flag : collection_model_flags(flags.model)) all.push_back(std::move(flag));
  return all;
}

}  // namespace

Command index_command() {
  auto flags = std::make_shared<IndexFlags>();
  return {.name = "index",
          .purpose = "Search",
          .summary = "mirror files and JSONL rows into a collection; only what changed is embedded",
          .usage = "PATH… --collection DIR [flags]",
          .examples = {"vicinal index ~/notes --collection notes.vicinal",
                       "vicinal index corpus.jsonl --collection c --chunk none --precision f32",
                       "vicinal index docs README.md --collection c --chunk recursive:128t --overlap 16t",
                       "vicinal index vectors.npy --space openai-3-small --collection c"},
          .arguments = {{.name = "PATH",
                         .help = "files and folders (.gitignore is honoured); .jsonl rows {\"_id\" or "
                                 "\"id\",\"title\",\"text\", …metadata}",
                         .target = &flags->paths,
                         .required = true}},
          .flags = flags_of(*flags),
          .computes = true,
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
