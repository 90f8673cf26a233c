#include "cli/exit_code.h"

#include <algorithm>

namespace vicinal::cli {
namespace {

bool is_unknown_name(const Error& error) {
  return std::ranges::any_of(error.data(), [](const auto& entry) { return entry.first == "suggestions"; });
}

}  // namespace

int exit_code(const Error& error) {
  switch (error.code()) {
    case Code::invalid_argument:
    case Code::empty_input:
    case Code::too_long:
      return kExitUse;
    case Code::not_found:
      return is_unknown_name(error) ? kExitUse : kExitFile;
    case Code::corrupt:
    case Code::unsupported:
    case Code::io:
    case Code::busy:
      return kExitFile;
    case Code::network:
      return kExitNetwork;
    case Code::space_mismatch:
      return kExitSpace;
    case Code::budget:
      return kExitBudget;
    case Code::interrupted:
      return kExitInterrupted;
  }
  return kExitFile;
}

}  // namespace vicinal::cli
