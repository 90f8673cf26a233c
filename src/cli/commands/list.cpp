#include <algorithm>
#include <memory>

#include "base/check.h"
#include "base/json.h"
#include "cli/collection_flags.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/session.h"

namespace vicinal::cli {
namespace {

constexpr size_t kPage = 1000;

struct ListFlags {
  std::string collection, after, where;
  size_t limit = 0;
  bool json = false;
};

std::string id_line(const std::string& id, bool json) {
  if (!json) return id + '\n';
  base::JsonWriter out;
  return out.begin_object().key("id").string(id).end_object().take() + '\n';
}

Result<int> run(const ListFlags& flags, Session& session) {
  VICINAL_TRY(Collection collection, open_to_read(flags.collection));
  std::string after = flags.after;
  size_t printed = 0;
  while (flags.limit == 0 || printed < flags.limit) {
    const size_t page = flags.limit == 0 ? kPage : std::min(kPage, flags.limit - printed);
    VICINAL_TRY(const std::vector<std::string> ids, collection.list(after, page, flags.where));
    for (const std::string& id : ids)
      if (!session.out().write(id_line(id, flags.json))) return kExitDone;
    printed += ids.size();
    if (ids.size() < page) break;
    after = ids.back();
  }
  return printed > 0 ? kExitDone : kExitNothing;
}

}  // namespace

Command list_command() {
  auto flags = std::make_shared<ListFlags>();
  return {
      .name = "list",
      .purpose = "Collections",
      .summary = "the ids of a collection's documents",
      .usage = "--collection DIR [--where FILTER] [--after ID] [--limit N] [--json]",
      .examples = {"vicinal list --collection notes.vicinal", "vicinal list --collection c --after d0100 --limit 50",
                   "vicinal list --collection c --where 'lang = \"de\" and year >= 2020'"},
      .arguments = {},
      .flags = {collection_flag(flags->collection),
                where_flag(flags->where),
                {.names = "--after", .value = "ID", .help = "begin behind this id", .target = &flags->after},
                {.names = "--limit",
                 .value = "N",
                 .help = "ids to print; 0 is all of them (default 0)",
                 .target = &flags->limit},
                {.names = "--json", .value = "", .help = "JSONL rows {\"id\"}", .target = &flags->json}},
      .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
