#include <fmt/format.h>

#include <memory>

#include "base/check.h"
#include "base/json.h"
#include "cli/collection_flags.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/number_format.h"
#include "cli/session.h"

namespace vicinal::cli {
namespace {

struct MigrateFlags {
  std::string collection;
  ModelFlags model;
  ChunkFlags chunk;
  bool dry_run = false, json = false;
};

std::string migrate_json(const MigrateReport& report, bool dry_run) {
  base::JsonWriter out;
  out.begin_object().key("from_model").string(report.from_model).key("from_space").string(report.from_space);
  out.key("to_model").string(report.to_model).key("to_space").string(report.to_space);
  out.key("precision").string(report.precision).key("dry_run").boolean(dry_run);
  out.key("nothing_to_do").boolean(report.nothing_to_do).key("switched").boolean(report.switched);
  out.key("documents").number(report.documents).key("chunks").number(report.chunks).key("kept").number(report.kept);
  out.key("embedded").number(report.embedded).key("cut").number(report.cut);
  out.key("carried_over").number(report.carried_over).key("without_passages").number(report.without_passages);
  out.key("sampled_chunks").number(report.sampled_chunks).key("estimated_chunks").number(report.estimated_chunks);
  out.key("estimated_seconds").number(report.estimated_seconds).key("seconds").number(report.seconds);
  return out.key("schema").number(1).end_object().take() + '\n';
}

std::string migrate_note(const MigrateReport& report, bool dry_run) {
  if (report.nothing_to_do) return "nothing to do: the collection is in the space of " + report.to_model;
  const std::string have = counted(report.documents, "document", "documents");
  if (dry_run)
    return fmt::format("dry run: {}, {} of them embedded by an earlier run · about {} to embed · about {}", have,
                       grouped(report.kept), counted(report.estimated_chunks, "chunk", "chunks"),
                       duration(report.estimated_seconds));
  std::string note =
      fmt::format("migrated to {}: {}, {} · {} embedded · {}", report.to_model, have,
                  counted(report.chunks, "chunk", "chunks"), grouped(report.embedded), duration(report.seconds));
  if (report.kept > 0) note += fmt::format(" · {} kept from an earlier run", grouped(report.kept));
  if (report.carried_over > 0) note += fmt::format(" · {} carried over meanwhile", grouped(report.carried_over));
  if (report.cut > 0) note += fmt::format(" · {} cut at the model's limit", grouped(report.cut));
  if (report.without_passages > 0) note += fmt::format(" · {} without passages", grouped(report.without_passages));
  return note;
}

Result<int> run(const MigrateFlags& flags, Session& session) {
  MigrateOptions options;
  options.model = flags.model.model;
  options.dry_run = flags.dry_run;
  VICINAL_TRY(options.embedder, embedder_options(flags.model));
  VICINAL_TRY(options.chunk, chunk_spec(flags.chunk));
  VICINAL_TRY(const MigrateReport report, migrate_collection(flags.collection, options, session.watch()));
  session.console().note(migrate_note(report, flags.dry_run));
  if (flags.json) session.out().write(migrate_json(report, flags.dry_run));
  return kExitDone;
}

std::vector<Flag> flags_of(MigrateFlags& flags) {
  std::vector<Flag> all = {collection_flag(flags.collection)};
  for (Flag& flag : model_flags(flags.model)) all.push_back(std::move(flag));
  all[1].required = true;  // --model
  all.push_back(chunk_flag(flags.chunk));
  all.back().help = "cut anew: recursive:Nt or none (default: passages stay as they were cut)";
  all.push_back(overlap_flag(flags.chunk));
  all.back().help = "tokens of a passage that the next one repeats, where it is cut anew (default 32t)";
  all.push_back({.names = "--dry-run",
                 .value = "",
                 .help = "write nothing: count, measure a sample, say how long it would take",
                 .target = &flags.dry_run});
  all.push_back({.names = "--json", .value = "", .help = "one object", .target = &flags.json});
  return all;
}

}  // namespace

Command migrate_command() {
  auto flags = std::make_shared<MigrateFlags>();
  return {.name = "migrate",
          .purpose = "Collections",
          .summary = "embed a collection anew with another model, and switch to it in one step",
          .usage = "--collection DIR --model M [--chunk HOW] [--dry-run] [--json]",
          .examples = {"vicinal migrate --collection notes.vicinal --model bge-small-en-v1.5 --dry-run",
                       "vicinal migrate --collection notes.vicinal --model bge-small-en-v1.5"},
          .arguments = {},
          .flags = flags_of(*flags),
          .computes = true,
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
