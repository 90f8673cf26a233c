#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "base/check.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/damage_report.h"
#include "cli/exit_code.h"
#include "cli/model_flags.h"
#include "cli/number_format.h"
#include "cli/session.h"
#include "vicinal/doctor.h"

namespace vicinal::cli {
namespace {

struct DoctorFlags {
  std::string model = default_model_flags().model;
  std::string collection;
  bool parity = false;
  bool full = false;
  bool json = false;
};

std::string_view status_name(Finding::Status status) {
  switch (status) {
    case Finding::Status::ok:
      return "ok";
    case Finding::Status::warning:
      return "warning";
    case Finding::Status::failed:
      return "failed";
  }
  return "failed";
}

std::string findings_json(const std::vector<Finding>& findings, bool healthy) {
  base::JsonWriter out;
  out.begin_object().key("ok").boolean(healthy).key("findings").begin_array();
  for (const Finding& finding : findings) {
    out.begin_object().key("check").string(finding.check).key("status").string(status_name(finding.status));
    out.key("detail").string(finding.detail).key("fix").string(finding.fix).end_object();
  }
  return out.end_array().key("schema").number(1).end_object().take() + '\n';
}

std::string finding_text(const Finding& finding) {
  std::string out = fmt::format("{:<8} {:<18} {}\n", status_name(finding.status), finding.check, finding.detail);
  return finding.fix.empty() ? out : out + fmt::format("{:<8} fix: {}\n", "", finding.fix);
}

/// The outcome of a verification as one finding; the damages themselves are `vicinal verify`'s to list.
Finding full_finding(const Verification& report, const std::string& folder) {
  if (report.damages == 0) return {"verification", Finding::Status::ok, verification_note(report), ""};
  const Damage& first = report.findings.front();
  return {"verification", Finding::Status::failed,
          fmt::format("{} found, first {} ({}): {}", counted(report.damages, "damage", "damages"), first.path,
                      first.place, first.problem),
          "vicinal verify --collection " + folder + " lists all; " + first.fix};
}

Result<std::vector<Finding>> collection_findings(const DoctorFlags& flags, Session& session) {
  std::vector<Finding> findings = check_collection(flags.collection);
  if (!flags.full) return findings;
  VICINAL_TRY(const Verification report, verify_collection(flags.collection, session.watch()));
  findings.push_back(full_finding(report, flags.collection));
  return findings;
}

Result<std::vector<Finding>> findings_of(const DoctorFlags& flags, Session& session) {
  if (!flags.collection.empty() && flags.parity)
    return Error(Code::invalid_argument, "--parity is of a model, --collection looks at a collection")
        .with("fix", "run vicinal doctor twice");
  if (!flags.collection.empty()) return collection_findings(flags, session);
  if (flags.full)
    return Error(Code::invalid_argument, "--full reads all of a collection").with("fix", "name it with --collection");
  std::vector<Finding> findings = check_health(flags.model);
  if (flags.parity) std::ranges::move(check_parity(flags.model), std::back_inserter(findings));
  return findings;
}

Result<int> run(const DoctorFlags& flags, Session& session) {
  VICINAL_TRY(const std::vector<Finding> findings, findings_of(flags, session));
  const bool healthy =
      std::ranges::none_of(findings, [](const Finding& f) { return f.status == Finding::Status::failed; });
  if (flags.json) session.out().write(findings_json(findings, healthy));
  for (const Finding& finding : findings)
    if (!flags.json) session.out().write(finding_text(finding));
  return healthy ? kExitDone : kExitNothing;
}

}  // namespace

Command doctor_command() {
  auto flags = std::make_shared<DoctorFlags>();
  return {.name = "doctor",
          .purpose = "Machine",
          .summary = "check machine, folders, model and its arithmetic; or a collection",
          .usage = "[--model M] [--parity] | --collection DIR [--full] [--json]",
          .examples = {"vicinal doctor", "vicinal doctor --model all-MiniLM-L6-v2 --parity",
                       "vicinal doctor --collection notes.vicinal --full"},
          .arguments = {},
          .flags = {model_flag(flags->model),
                    {.names = "--parity",
                     .value = "",
                     .help = "also compare vectors with stored references at every precision",
                     .target = &flags->parity},
                    {.names = "--collection",
                     .value = "DIR",
                     .help = "look at this collection instead: writer, sizes, log, leftovers, room",
                     .target = &flags->collection},
                    {.names = "--full",
                     .value = "",
                     .help = "also read all of the collection, as vicinal verify does",
                     .target = &flags->full},
                    {.names = "--json",
                     .value = "",
                     .help = "one object {\"ok\",\"findings\":[…]}",
                     .target = &flags->json}},
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
