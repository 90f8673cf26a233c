#include <fmt/format.h>

#include <memory>

#include "base/check.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/session.h"
#include "vicinal/models.h"

namespace vicinal::cli {
namespace {

struct ConvertFlags {
  std::string onnx;
  ConvertOptions options;
  bool normalise = false, no_normalise = false, json = false;
};

std::string converted_json(const ConvertedModel& model) {
  base::JsonWriter out;
  out.begin_object().key("path").string(model.path).key("model").string(model.known_as);
  out.key("onnx_sha256").string(model.onnx_sha256).key("weights_sha256").string(model.weights_sha256);
  out.key("layers").number(uint64_t{model.layers}).key("dimensions").number(uint64_t{model.dimensions});
  out.key("heads").number(uint64_t{model.heads}).key("intermediate").number(uint64_t{model.intermediate});
  out.key("vocabulary").number(uint64_t{model.vocabulary}).key("positions").number(uint64_t{model.positions});
  out.key("pooling").string(model.pooling).key("normalised").boolean(model.normalised);
  out.key("query_prompt").string(model.query_prompt).key("document_prompt").string(model.document_prompt);
  out.key("max_tokens").number(uint64_t{model.max_tokens}).key("schema").number(1);
  return out.end_object().take() + '\n';
}

std::string converted_note(const ConvertedModel& model) {
  return fmt::format("{} · {} layers, {} dimensions, {} heads · {} pooling{}, {} tokens · weights sha256 {}",
                     model.known_as.empty() ? "not in the catalogue" : model.known_as, model.layers, model.dimensions,
                     model.heads, model.pooling, model.normalised ? ", unit length" : "", model.max_tokens,
                     model.weights_sha256);
}

Result<int> run(const ConvertFlags& flags, Session& session) {
  if (flags.normalise && flags.no_normalise)
    return Error(Code::invalid_argument, "--normalise and --no-normalise exclude each other");
  ConvertOptions options = flags.options;
  if (flags.normalise || flags.no_normalise) options.normalise = flags.normalise;
  VICINAL_TRY(const ConvertedModel model, convert_model(flags.onnx, options, session.watch()));
  session.console().clear_line();
  session.out().write(flags.json ? converted_json(model) : model.path + '\n');
  session.out().flush();
  session.console().note(converted_note(model));
  return kExitDone;
}

std::vector<Flag> convert_flags(ConvertFlags& flags) {
  ConvertOptions& options = flags.options;
  return {
      {.names = "--output",
       .value = "DIR",
       .help = "the model folder to make",
       .target = &options.output,
       .required = true},
      {.names = "--tokenizer",
       .value = "FILE",
       .help = "its tokenizer.json; without it, tokenizer.json or NAME-tokenizer.json beside NAME.onnx, or "
               "tokenizer.json one folder above",
       .target = &options.tokenizer},
      {.names = "--as",
       .value = "NAME",
       .help = "the model is this one of the catalogue (vicinal models --all): pooling, prompts and limit come from "
               "there. An export whose digest is on record is known without",
       .target = &options.known_as},
      {.names = "--pooling",
       .value = "MODE",
       .help = "how token vectors become one: mean, cls (the first), last. An export does not say",
       .target = &options.pooling,
       .choices = {"mean", "cls", "last", ""}},
      {.names = "--query-prompt", .value = "TEXT", .help = "put before every query", .target = &options.query_prompt},
      {.names = "--document-prompt",
       .value = "TEXT",
       .help = "put before every document",
       .target = &options.document_prompt},
      {.names = "--max-tokens",
       .value = "N",
       .help = "token limit of a text; 0 is the catalogue's, or the model's positions",
       .target = &options.max_tokens},
      {.names = "--heads",
       .value = "N",
       .help = "attention heads, where the graph does not say",
       .target = &options.heads},
      {.names = "--normalise",
       .value = "",
       .help = "vectors have unit length (without a flag: as the catalogue says, else so)",
       .target = &flags.normalise},
      {.names = "--no-normalise", .value = "", .help = "vectors keep their length", .target = &flags.no_normalise},
      {.names = "--force", .value = "", .help = "replace a model folder that is there", .target = &options.force},
      {.names = "--json",
       .value = "",
       .help = "one object {\"path\",\"onnx_sha256\",\"weights_sha256\",\"layers\",…}",
       .target = &flags.json}};
}

}  // namespace

Command convert_command() {
  auto flags = std::make_shared<ConvertFlags>();
  return {.name = "convert",
          .purpose = "Models",
          .summary = "make a model folder out of an ONNX export of a BERT encoder",
          .usage = "MODEL.onnx --output DIR [flags]",
          .examples = {"vicinal convert bge-small-en-v1.5.onnx --output ./bge-small",
                       "vicinal convert model.onnx --output ./mine --tokenizer tokenizer.json --pooling mean",
                       "vicinal convert model.onnx --output ./e5 --as e5-small-v2 --json"},
          .arguments =
              {{.name = "MODEL.onnx", .help = "an export in f32 or f16", .target = &flags->onnx, .required = true}},
          .flags = convert_flags(*flags),
          .computes = true,
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
