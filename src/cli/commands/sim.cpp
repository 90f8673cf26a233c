#include <fmt/format.h>

#include <memory>

#include "base/check.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/model_flags.h"
#include "cli/session.h"

namespace vicinal::cli {
namespace {

struct SimFlags {
  std::string a, b;
  std::string metric = "cosine";
  ModelFlags model = default_model_flags();
  bool json = false;
};

Result<int> run(const SimFlags& flags, Session& session) {
  VICINAL_TRY(const Metric metric, parse_metric(flags.metric));
  VICINAL_TRY(const EmbedderOptions options, embedder_options(flags.model));
  VICINAL_TRY(const Embedder embedder, Embedder::open(flags.model.model, options));
  VICINAL_TRY(const Matrix vectors, embedder.embed_documents(std::vector<std::string>{flags.a, flags.b}));
  VICINAL_TRY(const float value, similarity(vectors.row(0), vectors.row(1), metric));
  if (!flags.json) {
    session.out().write(fmt::format("{:.6f}\n", value));
    return kExitDone;
  }
  base::JsonWriter out;
  out.begin_object().key("a").string(flags.a).key("b").string(flags.b).key("metric").string(metric_name(metric));
  out.key("value").number(value).key("model").string(embedder.model_name()).key("schema").number(1).end_object();
  session.out().write(out.take() + '\n');
  return kExitDone;
}

}  // namespace

Command sim_command() {
  auto flags = std::make_shared<SimFlags>();
  std::vector<Flag> all = {{.names = "--metric",
                            .value = "NAME",
                            .help = "cosine, dot (nearer is larger), l2, l1 (nearer is smaller)",
                            .target = &flags->metric},
                           {.names = "--json",
                            .value = "",
                            .help = "one object {\"a\",\"b\",\"metric\",\"value\",\"model\"}",
                            .target = &flags->json}};
  for (Flag& flag : model_flags(flags->model)) all.push_back(std::move(flag));
  return {.name = "sim",
          .purpose = "Vectors",
          .summary = "how near two texts are",
          .usage = "A B [flags]",
          .examples = {"vicinal sim \"a cat on a mat\" \"a kitten on a rug\"",
                       "vicinal sim \"red\" \"blue\" --metric l2 --json"},
          .arguments = {{.name = "A", .help = "a text", .target = &flags->a, .required = true},
                        {.name = "B", .help = "another text", .target = &flags->b, .required = true}},
          .flags = std::move(all),
          .computes = true,
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
