#include <fmt/format.h>

#include <memory>

#include "base/check.h"
#include "base/json.h"
#include "cli/collection_flags.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/number_format.h"
#include "cli/session.h"
#include "cli/terminal_text.h"

namespace vicinal::cli {
namespace {

struct StatsFlags {
  std::string collection;
  bool json = false;
};

std::string stats_json(const CollectionStats& stats) {
  base::JsonWriter out;
  out.begin_object().key("documents").number(uint64_t{stats.documents}).key("chunks").number(uint64_t{stats.chunks});
  out.key("dimensions").number(uint64_t{stats.dimensions}).key("space").string(stats.space);
  out.key("space_name").string(stats.space_name);
  out.key("bytes").number(uint64_t{stats.bytes}).key("segments").number(uint64_t{stats.segments});
  out.key("vectors_in_tail").number(uint64_t{stats.vectors_in_tail}).key("model").string(stats.model);
  out.key("metric")
      .string(stats.metric)
      .key("chunking")
      .string(stats.chunking)
      .key("precision")
      .string(stats.precision);
  out.key("analyzer").string(stats.analyzer).key("bm25").string(stats.bm25).key("language").string(stats.language);
  out.key("glossary").string(stats.glossary).key("glossary_rules").number(uint64_t{stats.glossary_rules});
  out.key("fields").begin_array();
  for (const FieldCount& field : stats.fields)
    out.begin_object().key("field").string(field.field).key("chunks").number(uint64_t{field.chunks}).end_object();
  out.end_array();
  out.key("level").string(stats.level).key("format_version").string(stats.format_version).key("schema").number(1);
  return out.end_object().take() + '\n';
}

std::string stats_text(const CollectionStats& stats) {
  std::string out;
  auto line = [&out](std::string_view name, const std::string& value) {
    out += fmt::format("{:<12}{}\n", name, value);
  };
  line("documents", grouped(stats.documents));
  line("chunks", grouped(stats.chunks));
  for (const FieldCount& field : stats.fields)
    if (stats.fields.size() > 1) line("  " + field.field, grouped(field.chunks));
  line("dimensions", grouped(stats.dimensions));
  line("on disk", byte_size(stats.bytes));
  line("segments",
       fmt::format("{}, and {} in the tail", stats.segments, counted(stats.vectors_in_tail, "vector", "vectors")));
  if (stats.space_name.empty()) line("model", stats.model);
  line("metric", stats.metric);
  line("chunking", stats.chunking);
  line("words",
       stats.analyzer == "none" ? "not indexed" : fmt::format("{}, language {}", stats.analyzer, stats.language));
  if (stats.analyzer != "none") line("bm25", stats.bm25);
  if (!stats.glossary.empty())
    line("glossary", fmt::format("{} ({})", counted(stats.glossary_rules, "rule", "rules"), stats.glossary));
  if (!stats.precision.empty()) line("made with", fmt::format("{} on {}", stats.precision, stats.level));
  line("format", stats.format_version);
  line("space", stats.space_name.empty() ? stats.space : printable(stats.space_name) + " (" + stats.space + ')');
  return out;
}

Result<int> run(const StatsFlags& flags, Session& session) {
  VICINAL_TRY(Collection collection, open_to_read(flags.collection));
  VICINAL_TRY(const CollectionStats stats, collection.stats());
  session.out().write(flags.json ? stats_json(stats) : stats_text(stats));
  return kExitDone;
}

}  // namespace

Command stats_command() {
  auto flags = std::make_shared<StatsFlags>();
  return {.name = "stats",
          .purpose = "Collections",
          .summary = "counts, sizes and the vector space of a collection",
          .usage = "--collection DIR [--json]",
          .examples = {"vicinal stats --collection notes.vicinal", "vicinal stats --collection c --json"},
          .arguments = {},
          .flags = {collection_flag(flags->collection),
                    {.names = "--json", .value = "", .help = "one object", .target = &flags->json}},
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
