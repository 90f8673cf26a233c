#pragma once
/// Runs a program with arguments (no shell in between) and keeps what it printed.

#include <stop_token>
#include <string>
#include <vector>

#include "base/check.h"

namespace vicinal::engine {

struct ChildResult {
  int exit_code = 0;   ///< 128 + the signal's number for a process that a signal ended
  std::string output;  ///< the last 64 KiB of stdout and stderr together
};

struct ChildCommand {
  std::vector<std::string> arguments;  ///< [0] is looked up in PATH
  std::string folder;                  ///< to run in; empty: this process's own
  std::stop_token stop;                ///< requested: the process is ended, and the call returns interrupted
};

/// not_found: no such program. stdin is empty.
Result<ChildResult> run_child(const ChildCommand& command);

}  // namespace vicinal::engine
