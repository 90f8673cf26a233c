#include <fmt/format.h>

#include <memory>

#include "base/json.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/session.h"
#include "vicinal/version.h"

namespace vicinal::cli {

Command version_command() {
  auto json = std::make_shared<bool>(false);
  return {.name = "version",
          .purpose = "Machine",
          .summary = "the program's version",
          .usage = "[--json]",
          .examples = {"vicinal version", "vicinal version --json"},
          .arguments = {},
          .flags = {{.names = "--json",
                     .value = "",
                     .help = "one object {\"name\",\"version\",\"compiler\"}",
                     .target = json.get()}},
          .run = [json](Session& session) -> Result<int> {
            base::JsonWriter row;
            row.begin_object().key("name").string("vicinal").key("version").string(version());
            row.key("compiler").string(__VERSION__).key("schema").number(1).end_object();
            session.out().write(*json ? row.text() + '\n' : fmt::format("vicinal {}\n", version()));
            return kExitDone;
          }};
}

}  // namespace vicinal::cli
