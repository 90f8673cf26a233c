#include <fmt/format.h>

#include <memory>

#include "base/check.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/session.h"
#include "vicinal/cpu.h"

namespace vicinal::cli {
namespace {

std::string cpu_json(const CpuReport& cpu) {
  base::JsonWriter out;
  out.begin_object().key("name").string(cpu.name).key("level").string(cpu.level).key("reason").string(cpu.reason);
  out.key("default_precision").string(cpu.default_precision);
  out.key("default_precision_reason").string(cpu.default_precision_reason);
  out.key("cores").number(uint64_t{cpu.cores}).key("available").begin_array();
  for (const std::string& level : cpu.available) out.string(level);
  out.end_array().key("kernels").begin_object();
  for (const auto& [kernel, level] : cpu.kernels) out.key(kernel).string(level);
  return out.end_object().key("schema").number(1).end_object().take() + '\n';
}

std::string cpu_text(const CpuReport& cpu) {
  std::string out = fmt::format("processor  {}\ncores      {}\nlevel      {} ({})\navailable  {}\nprecision  {} ({})\n",
                                cpu.name, cpu.cores, cpu.level, cpu.reason, fmt::join(cpu.available, ", "),
                                cpu.default_precision, cpu.default_precision_reason);
  for (const auto& [kernel, level] : cpu.kernels) out += fmt::format("  {:<24} {}\n", kernel, level);
  return out;
}

}  // namespace

Command cpu_command() {
  auto json = std::make_shared<bool>(false);
  return {.name = "cpu",
          .purpose = "Machine",
          .summary = "which instruction set is used, kernel by kernel, and the default precision",
          .usage = "[--json]",
          .examples = {"vicinal cpu", "VICINAL_CPU=scalar vicinal cpu --json"},
          .arguments = {},
          .flags = {{.names = "--json", .value = "", .help = "one object", .target = json.get()}},
          .run = [json](Session& session) -> Result<int> {
            VICINAL_TRY(const CpuReport cpu, cpu_report());
            session.out().write(*json ? cpu_json(cpu) : cpu_text(cpu));
            return kExitDone;
          }};
}

}  // namespace vicinal::cli
