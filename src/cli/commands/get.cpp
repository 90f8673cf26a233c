#include <memory>

#include "base/check.h"
#include "base/json.h"
#include "cli/collection_flags.h"
#include "cli/commands.h"
#include "cli/error_report.h"
#include "cli/exit_code.h"
#include "cli/hit_json.h"
#include "cli/session.h"

namespace vicinal::cli {
namespace {

struct GetFlags {
  std::vector<std::string> ids;
  std::string collection;
  bool json = false;
};

std::string_view field_name(const Document& document, size_t field) {
  for (const FieldText& each : document.fields)
    if (each.field == field) return each.name;
  return "body";
}

void write_fields(base::JsonWriter& out, const Document& document) {
  out.key("fields").begin_object();
  for (const FieldText& field : document.fields) out.key(field.name).string(field.text);
  out.end_object();
}

std::string document_json(const Document& document) {
  base::JsonWriter out;
  out.begin_object()
      .key("id")
      .string(document.id)
      .key("path")
      .string(document.path)
      .key("title")
      .string(document.title);
  out.key("text")
      .string(document.text)
      .key("metadata")
      .raw(metadata_json(document.metadata))
      .key("chunks")
      .begin_array();
  for (const Chunk& chunk : document.chunks) {
    out.begin_object()
        .key("byte_start")
        .number(uint64_t{chunk.byte_start})
        .key("byte_end")
        .number(uint64_t{chunk.byte_end});
    out.key("line_start").number(uint64_t{chunk.line_start}).key("line_end").number(uint64_t{chunk.line_end});
    out.key("tokens").number(uint64_t{chunk.tokens});
    if (!document.fields.empty()) out.key("field").string(field_name(document, chunk.field));
    out.end_object();
  }
  out.end_array();
  if (!document.fields.empty()) write_fields(out, document);
  return out.end_object().take() + '\n';
}

std::string document_text(const Document& document) {
  return document.text.ends_with('\n') ? document.text : document.text + '\n';
}

Result<int> run(const GetFlags& flags, Session& session) {
  VICINAL_TRY(Collection collection, open_to_read(flags.collection));
  bool all_found = true;
  for (const std::string& id : flags.ids) {
    auto document = collection.get(id);
    if (!document && document.error().code() == Code::not_found) {
      all_found = false;
      session.console().print(flags.json ? error_json(document.error()) : error_text(document.error()));
    } else if (!document) {
      return std::move(document).error();
    } else if (!session.out().write(flags.json ? document_json(*document) : document_text(*document))) {
      break;
    }
  }
  return all_found ? kExitDone : kExitNothing;
}

}  // namespace

Command get_command() {
  auto flags = std::make_shared<GetFlags>();
  return {
      .name = "get",
      .purpose = "Collections",
      .summary = "print documents by id",
      .usage = "ID… --collection DIR [--json]",
      .examples = {"vicinal get notes/rhine.md --collection notes.vicinal", "vicinal get d1 d2 --collection c --json"},
      .arguments = {{.name = "ID",
                     .help = "as vicinal list prints it; exit code 1 when one is not there",
                     .target = &flags->ids,
                     .required = true}},
      .flags = {collection_flag(flags->collection),
                {.names = "--json",
                 .value = "",
                 .help = "one object a document, with its passages' places",
                 .target = &flags->json}},
      .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
