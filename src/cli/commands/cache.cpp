#include <fmt/format.h>

#include <memory>

#include "base/check.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/number_format.h"
#include "cli/session.h"
#include "cli/terminal_text.h"
#include "vicinal/cache.h"

namespace vicinal::cli {
namespace {

struct CacheFlags {
  std::string action = "list";
  bool json = false;
};

std::string entries_json(const std::vector<CacheEntry>& entries) {
  base::JsonWriter out;
  out.begin_object().key("directory").string(cache_directory()).key("entries").begin_array();
  for (const CacheEntry& entry : entries) {
    out.begin_object().key("kind").string(entry.kind).key("path").string(entry.path).key("detail").string(entry.detail);
    out.key("bytes").number(uint64_t{entry.bytes}).end_object();
  }
  return out.end_array().key("schema").number(1).end_object().take() + '\n';
}

Result<int> list_entries(const CacheFlags& flags, Session& session) {
  VICINAL_TRY(const std::vector<CacheEntry> entries, list_cache());
  size_t bytes = 0;
  for (const CacheEntry& entry : entries) {
    bytes += entry.bytes;
    if (!flags.json)
      session.out().write(fmt::format("{:>9}  {:<14} {}  {}\n", byte_size(entry.bytes), entry.kind,
                                      printable(entry.path), printable(entry.detail)));
  }
  if (flags.json) session.out().write(entries_json(entries));
  session.out().flush();
  session.console().note(
      fmt::format("{} in {}, {}", counted(entries.size(), "entry", "entries"), cache_directory(), byte_size(bytes)));
  return kExitDone;
}

Result<int> clear_entries(const CacheFlags& flags, Session& session) {
  VICINAL_TRY(const size_t bytes, clear_cache());
  base::JsonWriter row;
  row.begin_object().key("freed_bytes").number(uint64_t{bytes}).key("schema").number(1).end_object();
  if (flags.json) session.out().write(row.take() + '\n');
  session.console().note(fmt::format("{} freed in {}", byte_size(bytes), cache_directory()));
  return kExitDone;
}

Result<int> run(const CacheFlags& flags, Session& session) {
  if (flags.action == "list") return list_entries(flags, session);
  if (flags.action == "clear") return clear_entries(flags, session);
  return Error(Code::invalid_argument, "the cache cannot '" + flags.action + '\'')
      .with("fix", "vicinal cache list, vicinal cache clear");
}

}  // namespace

Command cache_command() {
  auto flags = std::make_shared<CacheFlags>();
  return {.name = "cache",
          .purpose = "Machine",
          .summary = "what the user's cache directory holds",
          .usage = "[list|clear] [--json]",
          .examples = {"vicinal cache", "vicinal cache clear"},
          .arguments = {{.name = "ACTION",
                         .help = "list (default), or clear: everything there can be made again",
                         .target = &flags->action}},
          .flags = {{.names = "--json", .value = "", .help = "one object", .target = &flags->json}},
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
