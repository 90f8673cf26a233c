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

struct Deleted {
  size_t asked = 0, deleted = 0;
};

/// IDs, or what the filter holds for under the writer's lock.
Result<Deleted> delete_documents(const DeleteFlags& flags, Session& session) {
  if (flags.ids.empty() == flags.where.empty())
    return Error(Code::invalid_argument, "give IDs or --where, one of them")
        .with("fix", "vicinal delete ID… --collection DIR");
  VICINAL_TRY(Collection collection, Collection::open(flags.collection));
  if (!flags.where.empty()) {
    VICINAL_TRY(const size_t deleted, collection.remove_where(flags.where, session.watch()));
    return Deleted{deleted, deleted};
  }
  VICINAL_TRY(const size_t deleted, collection.remove(flags.ids, session.watch()));
  return Deleted{flags.ids.size(), deleted};
}

Result<int> run(const DeleteFlags& flags, Session& session) {
  VICINAL_TRY(const Deleted done, delete_documents(flags, session));
  session.console().note(fmt::format("{} of {} deleted", done.deleted, counted(done.asked, "document", "documents")));
  if (flags.json) session.out().write(delete_json(done.asked, done.deleted));
  return done.deleted > 0 ? kExitDone : kExitNothing;
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
