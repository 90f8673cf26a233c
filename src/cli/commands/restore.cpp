#include <memory>

#include "base/check.h"
#include "cli/collection_flags.h"
#include "cli/commands.h"
#include "cli/copy_report.h"
#include "cli/exit_code.h"
#include "cli/session.h"

namespace vicinal::cli {
namespace {

struct RestoreFlags {
  std::string backup;
  std::string collection;
  bool force = false;
  bool json = false;
};

Result<int> run(const RestoreFlags& flags, Session& session) {
  VICINAL_TRY(const CopyReport report,
              restore_collection(flags.backup, flags.collection, flags.force, session.watch()));
  session.console().note(copy_note("restored", report));
  if (flags.json) session.out().write(copy_json(report, flags.collection));
  return kExitDone;
}

}  // namespace

Command restore_command() {
  auto flags = std::make_shared<RestoreFlags>();
  return {.name = "restore",
          .purpose = "Collections",
          .summary = "verify a backup and put a copy of it in place as a collection",
          .usage = "BACKUP --collection DIR [--force] [--json]",
          .examples = {"vicinal restore /backups/notes-2024-05-01 --collection notes.vicinal --force"},
          .arguments = {{.name = "BACKUP",
                         .help = "a folder that vicinal backup made; it stays as it is",
                         .target = &flags->backup,
                         .required = true}},
          .flags = {collection_flag(flags->collection),
                    {.names = "--force",
                     .value = "",
                     .help = "replace the collection that is there; it is removed once the backup is in its place",
                     .target = &flags->force},
                    {.names = "--json", .value = "", .help = "one object", .target = &flags->json}},
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
