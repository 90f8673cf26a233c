#include <fmt/format.h>

#include <limits>
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

struct DeleteFlags {
  std::vector<std::string> ids;
  std::string collection, where;
  bool json = false;
};

std::string delete_json(size_t asked, size_t deleted) {
  base::JsonWriter out;
  out.begin_object().key("asked").number(uint64_t{asked}).key("deleted").number(uint64_t{deleted});
  return out.key("schema").number(1).end_object().take() + '\n';
}

/// IDs, or what the filter holds for now.
Result<std::vector<std::string>> asked(const DeleteFlags& flags, Collection& collection) {
  if (flags.ids.empty() == flags.where.empty())
    return Error(Code::invalid_argument, "give IDs or --where, one of them")
        .with("fix", "vicinal delete ID… --collection DIR");
  if (flags.where.empty()) return flags.ids;
  VICINAL_TRY(const bool everything, filter_holds_for_all(flags.where));
  if (everything)
    return Error(Code::invalid_argument, "the filter holds for every document: nothing is deleted")
        .with("fix", "name what is to go: --where 'id exists' is all of it");
  return collection.list("", std::numeric_limits<size_t>::max(), flags.where);
}

Result<int> run(const DeleteFlags& flags, Session& session) {
  VICINAL_TRY(Collection collection, Collection::open(flags.collection));
  VICINAL_TRY(const std::vector<std::string> ids, asked(flags, collection));
  VICINAL_TRY(const size_t removed, collection.remove(ids, session.watch()));
  session.console().note(fmt::format("{} of {} deleted", removed, counted(ids.size(), "document", "documents")));
  if (flags.json) session.out().write(delete_json(ids.size(), removed));
  return removed > 0 ? kExitDone : kExitNothing;
}

}  // namespace

Command delete_command() {
  auto flags = std::make_shared<DeleteFlags>();
  return {.name = "delete",
          .purpose = "Collections",
          .summary = "delete documents by id or filter",
          .usage = "[ID…] --collection DIR [--where FILTER] [--json]",
          .examples = {"vicinal delete d1 d2 --collection notes.vicinal",
                       "vicinal delete --collection c --where 'expires < 2024-01-01'"},
          .arguments = {{.name = "ID",
                         .help = "as vicinal list prints it; exit code 1 when none was there",
                         .target = &flags->ids}},
          .flags = {collection_flag(flags->collection),
                    where_flag(flags->where),
                    {.names = "--json", .value = "", .help = "one object", .target = &flags->json}},
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
