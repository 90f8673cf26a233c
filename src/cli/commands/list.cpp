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
  size_t limit = 0, sample = 0, seed = 0;
  bool json = false;
};

std::string id_line(const std::string& id, bool json) {
  if (!json) return id + '\n';
  base::JsonWriter out;
  return out.begin_object().key("id").string(id).end_object().take() + '\n';
}

Result<int> list_sample(const ListFlags& flags, Collection& collection, Session& session) {
  if (!flags.after.empty() || flags.limit > 0)
    return Error(Code::invalid_argument, "--sample draws among all documents: no --after, no --limit")
        .with("fix", "--sample N --where FILTER");
  VICINAL_TRY(const std::vector<std::string> ids, collection.sample(flags.sample, flags.seed, flags.where));
  for (const std::string& id : ids)
    if (!session.out().write(id_line(id, flags.json))) break;
  return ids.empty() ? kExitNothing : kExitDone;
}

Result<int> run(const ListFlags& flags, Session& session) {
  if (flags.sample == 0 && flags.seed != 0)
    return Error(Code::invalid_argument, "--seed is for --sample").with("fix", "--sample N --seed S");
  VICINAL_TRY(Collection collection, open_to_read(flags.collection));
  if (flags.sample > 0) return list_sample(flags, collection, session);
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
      .usage = "--collection DIR [--where FILTER] [--after ID] [--limit N] [--sample N [--seed S]] [--json]",
      .examples = {"vicinal list --collection notes.vicinal", "vicinal list --collection c --after d0100 --limit 50",
                   "vicinal list --collection c --where 'lang = \"de\" and year >= 2020'",
                   "vicinal list --collection c --sample 20 --seed 7"},
      .arguments = {},
      .flags = {collection_flag(flags->collection),
                where_flag(flags->where),
                {.names = "--after", .value = "ID", .help = "begin behind this id", .target = &flags->after},
                {.names = "--limit",
                 .value = "N",
                 .help = "ids to print; 0 is all of them (default 0)",
                 .target = &flags->limit},
                {.names = "--sample",
                 .value = "N",
                 .help = "N documents drawn at random; 0 draws none (default 0)",
                 .target = &flags->sample},
                {.names = "--seed",
                 .value = "S",
                 .help = "the same seed draws the same from the same documents",
                 .target = &flags->seed},
                {.names = "--json", .value = "", .help = "JSONL rows {\"id\"}", .target = &flags->json}},
      .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
