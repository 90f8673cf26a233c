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

struct UpdateFlags {
  std::vector<std::string> ids;
  std::string collection, where;
  MetadataUpdate update;
  bool json = false;
};

std::string update_json(const UpdateFlags& flags, const UpdateReport& report) {
  base::JsonWriter out;
  out.begin_object().key("matched").number(uint64_t{report.matched}).key("updated").number(uint64_t{report.updated});
  out.key("dry_run").boolean(flags.update.dry_run);
  return out.key("schema").number(1).end_object().take() + '\n';
}

Result<UpdateReport> update(const UpdateFlags& flags, Session& session) {
  if (flags.ids.empty() == flags.where.empty())
    return Error(Code::invalid_argument, "give IDs or --where, one of them")
        .with("fix", "vicinal update ID… --collection DIR --set 'JSON'");
  CollectionOptions options;
  options.read_only = flags.update.dry_run;
  VICINAL_TRY(Collection collection, Collection::open(flags.collection, options));
  return flags.where.empty() ? collection.update_metadata(flags.ids, flags.update, session.watch())
                             : collection.update_metadata_where(flags.where, flags.update, session.watch());
}

Result<int> run(const UpdateFlags& flags, Session& session) {
  VICINAL_TRY(const UpdateReport report, update(flags, session));
  const char* done = flags.update.dry_run ? "would change: nothing was written" : "changed";
  session.console().note(
      fmt::format("{} of {} {}", report.updated, counted(report.matched, "document", "documents"), done));
  if (flags.json) session.out().write(update_json(flags, report));
  return report.matched > 0 ? kExitDone : kExitNothing;
}

}  // namespace

Command update_command() {
  auto flags = std::make_shared<UpdateFlags>();
  return {.name = "update",
          .purpose = "Collections",
          .summary = "change documents' metadata; nothing is embedded again",
          .usage = "[ID…] --collection DIR --set JSON [--where FILTER] [--replace] [--dry-run] [--json]",
          .examples = {"vicinal update d1 d2 --collection notes.vicinal --set '{\"status\":\"final\",\"draft\":null}'",
                       "vicinal update --collection c --where 'year < 2020' --set '{\"archived\":true}' --dry-run"},
          .arguments = {{.name = "ID",
                         .help = "as vicinal list prints it; exit code 1 when none was there",
                         .target = &flags->ids}},
          .flags = {collection_flag(flags->collection),
                    where_flag(flags->where),
                    {.names = "--set",
                     .value = "JSON",
                     .help = "members to set; null removes one, objects are merged (a JSON merge patch, RFC 7386)",
                     .target = &flags->update.patch,
                     .required = true},
                    {.names = "--replace",
                     .value = "",
                     .help = "the JSON is all of the new metadata",
                     .target = &flags->update.replace},
                    {.names = "--dry-run",
                     .value = "",
                     .help = "change nothing, say how many documents would",
                     .target = &flags->update.dry_run},
                    {.names = "--json", .value = "", .help = "one object", .target = &flags->json}},
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
