#include <fmt/format.h>

#include <memory>

#include "base/check.h"
#include "base/json.h"
#include "cli/collection_flags.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/hit_printer.h"
#include "cli/number_format.h"
#include "cli/session.h"
#include "cli/terminal_text.h"

namespace vicinal::cli {
namespace {

struct ChunkCommandFlags {
  std::vector<std::string> files;
  ChunkFlags chunk;
  std::string model = default_model_flags().model;
  bool json = false;
};

std::string chunk_json(const FileChunk& row) {
  base::JsonWriter out;
  out.begin_object().key("path").string(row.path);
  out.key("byte_start").number(uint64_t{row.chunk.byte_start}).key("byte_end").number(uint64_t{row.chunk.byte_end});
  out.key("line_start").number(uint64_t{row.chunk.line_start}).key("line_end").number(uint64_t{row.chunk.line_end});
  out.key("tokens").number(uint64_t{row.chunk.tokens}).key("text").string(row.text).end_object();
  return out.take() + '\n';
}

std::string chunk_text(const FileChunk& row) {
  return fmt::format("{}:{}-{}  {} tokens\n{}\n\n", printable(row.path), row.chunk.line_start, row.chunk.line_end,
                     row.chunk.tokens, passage_excerpt(row.text));
}

Result<int> run(const ChunkCommandFlags& flags, Session& session) {
  VICINAL_TRY(const std::optional<ChunkSpec> spec, chunk_spec(flags.chunk));
  size_t chunks = 0;
  for (const std::string& file : flags.files) {
    VICINAL_TRY(const std::vector<FileChunk> rows, chunk_file(file, spec.value_or(ChunkSpec()), flags.model));
    chunks += rows.size();
    for (const FileChunk& row : rows)
      if (!session.out().write(flags.json ? chunk_json(row) : chunk_text(row))) return kExitDone;
  }
  session.console().note(
      fmt::format("{}, {}", counted(flags.files.size(), "file", "files"), counted(chunks, "chunk", "chunks")));
  return chunks > 0 ? kExitDone : kExitNothing;
}

}  // namespace

Command chunk_command() {
  auto flags = std::make_shared<ChunkCommandFlags>();
  return {
      .name = "chunk",
      .purpose = "Vectors",
      .summary = "files to passages, as indexing would cut them",
      .usage = "FILE… [flags]",
      .examples = {"vicinal chunk notes.md --json", "vicinal chunk *.md --chunk recursive:128t --overlap 16t --json"},
      .arguments =
          {{.name = "FILE", .help = "plain text, Markdown or HTML", .target = &flags->files, .required = true}},
      .flags = {chunk_flag(flags->chunk),
                overlap_flag(flags->chunk),
                model_flag(flags->model),
                {.names = "--json",
                 .value = "",
                 .help = "JSONL rows {\"path\",\"byte_start\",…,\"tokens\",\"text\"}",
                 .target = &flags->json}},
      .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
