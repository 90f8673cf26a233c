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

struct CompactFlags {
  std::string collection;
  bool json = false;
};

std::string compact_json(const CompactReport& report) {
  base::JsonWriter out;
  out.begin_object().key("bytes_before").number(report.bytes_before).key("bytes_after").number(report.bytes_after);
  out.key("dead_vectors").number(report.dead_vectors).key("segments").number(report.segments);
  out.key("log_kept").boolean(report.log_kept).key("seconds").number(report.seconds).key("schema").number(1);
  return out.end_object().take() + '\n';
}

std::string compact_note(const CompactReport& report) {
  return fmt::format("{} before, {} after · {} dropped · {}", byte_size(report.bytes_before),
                     byte_size(report.bytes_after), counted(report.dead_vectors, "dead vector", "dead vectors"),
                     duration(report.seconds));
}

Result<int> run(const CompactFlags& flags, Session& session) {
  VICINAL_TRY(const CompactReport report, compact_collection(flags.collection, session.watch()));
  session.console().note(compact_note(report));
  if (report.log_kept)
    session.console().note("a reader holds an older commit: the next writer after it gives the log's space back");
  if (flags.json) session.out().write(compact_json(report));
  return kExitDone;
}

}  // namespace

Command compact_command() {
  auto flags = std::make_shared<CompactFlags>();
  return {.name = "compact",
          .purpose = "Collections",
          .summary = "drop what was deleted and replaced, and give its space back to the disk",
          .usage = "--collection DIR [--json]",
          .examples = {"vicinal compact --collection notes.vicinal"},
          .arguments = {},
          .flags = {collection_flag(flags->collection),
                    {.names = "--json", .value = "", .help = "one object", .target = &flags->json}},
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
