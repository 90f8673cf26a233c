#include <memory>

#include "base/check.h"
#include "base/json.h"
#include "cli/collection_flags.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/hit_json.h"
#include "cli/number_format.h"
#include "cli/session.h"

namespace vicinal::cli {
namespace {

struct ExportFlags {
  std::string collection;
  std::string output = "-";
};

std::string chunk_json(const ExportedChunk& chunk) {
  base::JsonWriter out;
  out.begin_object().key("id").string(chunk.id).key("document").string(chunk.document).key("text").string(chunk.text);
  if (!chunk.field.empty()) out.key("field").string(chunk.field);
  out.key("metadata").raw(metadata_json(chunk.metadata)).key("embedding").floats(chunk.embedding).end_object();
  return out.take() + '\n';
}

Result<int> run(const ExportFlags& flags, Session& session) {
  VICINAL_TRY(Collection collection, open_to_read(flags.collection));
  VICINAL_TRY(Output out, Output::open(flags.output));
  size_t rows = 0;
  VICINAL_TRY_VOID(collection.export_chunks([&](const ExportedChunk& chunk) {
    ++rows;
    return out.write(chunk_json(chunk));
  }));
  VICINAL_TRY_VOID(out.finish());
  session.console().note(counted(rows, "chunk", "chunks"));
  return rows > 0 ? kExitDone : kExitNothing;
}

}  // namespace

Command export_command() {
  auto flags = std::make_shared<ExportFlags>();
  return {
      .name = "export",
      .purpose = "Collections",
      .summary = "every passage with its vector, as JSONL",
      .usage = "--collection DIR [--output FILE]",
      .examples = {"vicinal export --collection notes.vicinal > passages.jsonl",
                   "vicinal export --collection c --output passages.jsonl"},
      .arguments = {},
      .flags = {collection_flag(flags->collection),
                {.names = "--output",
                 .value = "FILE",
                 .help = "JSONL rows {\"id\",\"document\",\"text\",\"metadata\",\"embedding\"}; - is standard output",
                 .target = &flags->output}},
      .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
