#include <fmt/format.h>

#include <memory>

#include "base/check.h"
#include "cli/collection_flags.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/number_format.h"

namespace vicinal::cli {
namespace {

struct DeleteFlags {
  std::vector<std::string> ids;
  std::string collection;
};

Result<int> run(const DeleteFlags& flags, Session& session) {
  VICINAL_TRY(Collection collection, Collection::open(flags.collection, {}, session.watch()));
  VICINAL_TRY(const size_t removed, collection.remove(flags.ids));
  session.console().note(fmt::format("{} of {} deleted", removed, counted(flags.ids.size(), "document", "documents")));
  return removed > 0 ? kExitDone : kExitNothing;
}

}  // namespace

Command delete_command() {
  auto flags = std::make_shared<DeleteFlags>();
  return {.name = "delete",
          .purpose = "Collections",
          .summary = "delete documents by id",
          .usage = "ID… --collection DIR",
          .examples = {"vicinal delete d1 d2 --collection notes.vicinal"},
          .arguments = {{.name = "ID",
                         .help = "as vicinal list prints it; exit code 1 when none was there",
                         .target = &flags->ids,
                         .required = true}},
          .flags = {collection_flag(flags->collection)},
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
