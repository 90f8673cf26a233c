#include <fmt/format.h>

#include <memory>

#include "base/check.h"
#include "cli/collection_flags.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/index_summary.h"
#include "cli/number_format.h"

namespace vicinal::cli {
namespace {

struct IndexFlags {
  std::vector<std::string> paths;
  std::string collection;
  std::string metric;
  ModelFlags model;
  ChunkFlags chunk;
};

Result<int> run(const IndexFlags& flags, Session& session) {
  VICINAL_TRY(CollectionOptions options, collection_options(flags.model, flags.chunk));
  options.create = true;
  if (!flags.metric.empty()) {
    VICINAL_TRY(options.metric, parse_metric(flags.metric));
  }
  VICINAL_TRY(Collection collection, Collection::open(flags.collection, options, session.watch()));
  auto report = collection.index_paths(flags.paths, session.watch());
  if (!report) {
    if (report.error().code() == Code::interrupted)
      session.console().note(fmt::format("the first {} are stored; the same command goes on from there",
                                         counted(session.console().acknowledged(), "input", "inputs")));
    return std::move(report).error();
  }
  for (const std::string& note : index_notes(*report, session.verbose())) session.console().note(note);
  return kExitDone;
}

std::vector<Flag> flags_of(IndexFlags& flags) {
  std::vector<Flag> all = {collection_flag(flags.collection),
                           chunk_flag(flags.chunk),
                           overlap_flag(flags.chunk),
                           {.names = "--metric",
                            .value = "NAME",
                            .help = "of a new collection: cosine, dot, l2, l1 (default cosine)",
                            .target = &flags.metric}};
  for (Flag& flag : model_flags(flags.model)) all.push_back(std::move(flag));
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
                       "vicinal index corpus.jsonl --collection c --chunk none --precision bf16",
                       "vicinal index docs README.md --collection c --chunk recursive:128t --overlap 16t"},
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
