#include <memory>

#include "base/check.h"
#include "cli/collection_flags.h"
#include "cli/commands.h"
#include "cli/damage_report.h"
#include "cli/exit_code.h"
#include "cli/session.h"
#include "vicinal/doctor.h"

namespace vicinal::cli {
namespace {

struct VerifyFlags {
  std::string collection;
  bool json = false;
};

Result<int> run(const VerifyFlags& flags, Session& session) {
  VICINAL_TRY(const Verification report, verify_collection(flags.collection, session.watch()));
  session.out().write(flags.json ? verification_json(report) : verification_lines(report));
  session.console().note(verification_note(report));
  return report.damages == 0 ? kExitDone : kExitFile;
}

}  // namespace

Command verify_command() {
  auto flags = std::make_shared<VerifyFlags>();
  return {.name = "verify",
          .purpose = "Collections",
          .summary = "read all of a collection and check it; one line per damage",
          .usage = "--collection DIR [--json]",
          .examples = {"vicinal verify --collection notes.vicinal", "vicinal verify --collection c --json"},
          .arguments = {},
          .flags = {collection_flag(flags->collection),
                    {.names = "--json",
                     .value = "",
                     .help = "one object {\"ok\", counts, \"findings\":[…]}",
                     .target = &flags->json}},
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
