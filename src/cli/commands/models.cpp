#include <fmt/format.h>

#include <memory>

#include "base/check.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/session.h"
#include "cli/terminal_text.h"
#include "vicinal/models.h"

namespace vicinal::cli {
namespace {

struct ModelsFlags {
  bool all = false;
  bool json = false;
};

void write_model(base::JsonWriter& out, const ModelInfo& model) {
  out.begin_object().key("id").string(model.id).key("aliases").begin_array();
  for (const std::string& alias : model.aliases) out.string(alias);
  out.end_array().key("architecture").string(model.architecture).key("dimensions").number(uint64_t{model.dimensions});
  out.key("max_tokens").number(uint64_t{model.max_tokens}).key("pooling").string(model.pooling);
  out.key("normalised").boolean(model.normalised).key("query_prompt").string(model.query_prompt);
  out.key("document_prompt").string(model.document_prompt).key("languages").string(model.languages);
  out.key("licence")
      .string(model.licence)
      .key("runnable")
      .boolean(model.runnable)
      .key("pullable")
      .boolean(model.pullable);
  out.key("path").string(model.path).end_object();
}

std::string models_json(const std::vector<ModelInfo>& models) {
  base::JsonWriter out;
  out.begin_object().key("models").begin_array();
  for (const ModelInfo& model : models) write_model(out, model);
  return out.end_array().key("schema").number(1).end_object().take() + '\n';
}

std::string_view state_of(const ModelInfo& model) {
  if (!model.path.empty()) return "installed";
  if (!model.runnable) return "not in this version";
  return model.pullable ? "vicinal pull" : "vicinal pull --from";
}

std::string model_line(const ModelInfo& model) {
  return fmt::format("{:<48} {:>5}  {:>6}  {:<20} {:<14} {}\n", printable(model.id), model.dimensions, model.max_tokens,
                     state_of(model), model.licence, model.languages);
}

Result<int> run(const ModelsFlags& flags, Session& session) {
  const std::vector<ModelInfo> models = list_models();
  if (flags.json) {
    session.out().write(models_json(models));
    return kExitDone;
  }
  size_t shown = 0;
  session.out().write(fmt::format("{:<48} {:>5}  {:>6}  {:<20} {:<14} {}\n", "model", "dims", "tokens", "state",
                                  "licence", "languages"));
  for (const ModelInfo& model : models) {
    if (!flags.all && !model.runnable && model.path.empty()) continue;
    ++shown;
    session.out().write(model_line(model));
  }
  session.out().flush();
  if (shown < models.size())
    session.console().note(
        fmt::format("{} of {} known models run in this version (--all lists the others)", shown, models.size()));
  return kExitDone;
}

}  // namespace

Command models_command() {
  auto flags = std::make_shared<ModelsFlags>();
  return {.name = "models",
          .purpose = "Models",
          .summary = "which models are known and which are installed",
          .usage = "[--all] [--json]",
          .examples = {"vicinal models", "vicinal models --json"},
          .arguments = {},
          .flags = {{.names = "--all",
                     .value = "",
                     .help = "also models that this version cannot run",
                     .target = &flags->all},
                    {.names = "--json",
                     .value = "",
                     .help = "one object {\"models\":[…]}, always all of them",
                     .target = &flags->json}},
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
