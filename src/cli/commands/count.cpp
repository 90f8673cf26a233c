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

struct CountFlags {
  std::string collection, where;
  bool json = false;
};

std::string count_json(const Count& count) {
  base::JsonWriter out;
  out.begin_object().key("documents").number(uint64_t{count.documents}).key("chunks").number(uint64_t{count.chunks});
  return out.key("schema").number(1).end_object().take() + '\n';
}

std::string count_text(const Count& count) {
  return fmt::format("{}, {}\n", counted(count.documents, "document", "documents"),
                     counted(count.chunks, "chunk", "chunks"));
}

Result<int> run(const CountFlags& flags, Session& session) {
  VICINAL_TRY(Collection collection, open_to_read(flags.collection));
  VICINAL_TRY(const Count count, collection.count(flags.where));
  session.out().write(flags.json ? count_json(count) : count_text(count));
  return count.documents > 0 ? kExitDone : kExitNothing;
}

}  // namespace

Command count_command() {
  auto flags = std::make_shared<CountFlags>();
  return {.name = "count",
          .purpose = "Collections",
          .summary = "how many documents and passages a filter holds for",
          .usage = "--collection DIR [--where FILTER] [--json]",
          .examples = {"vicinal count --collection notes.vicinal",
                       "vicinal count --collection c --where 'path ~ \"docs/**\" and not draft = true' --json"},
          .arguments = {},
          .flags = {collection_flag(flags->collection),
                    where_flag(flags->where),
                    {.names = "--json",
                     .value = "",
                     .help = "one object {\"documents\",\"chunks\"}",
                     .target = &flags->json}},
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
