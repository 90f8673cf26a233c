#include <memory>

#include "base/check.h"
#include "cli/collection_flags.h"
#include "cli/commands.h"
#include "cli/copy_report.h"
#include "cli/exit_code.h"
#include "cli/session.h"

namespace vicinal::cli {
namespace {

struct BackupFlags {
  std::string target;
  std::string collection;
  bool json = false;
};

Result<int> run(const BackupFlags& flags, Session& session) {
  VICINAL_TRY(const CopyReport report, back_up_collection(flags.collection, flags.target, session.watch()));
  session.console().note(copy_note("backed up", report));
  if (flags.json) session.out().write(copy_json(report, flags.target));
  return kExitDone;
}

}  // namespace

Command backup_command() {
  auto flags = std::make_shared<BackupFlags>();
  return {
      .name = "backup",
      .purpose = "Collections",
      .summary = "copy one commit of a collection into a new folder, while others may write",
      .usage = "TARGET --collection DIR [--json]",
      .examples = {"vicinal backup /backups/notes-2024-05-01 --collection notes.vicinal"},
      .arguments = {{.name = "TARGET",
                     .help = "a folder that is not there yet; it is made as TARGET.part and renamed when it is whole",
                     .target = &flags->target,
                     .required = true}},
      .flags = {collection_flag(flags->collection),
                {.names = "--json", .value = "", .help = "one object", .target = &flags->json}},
      .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
