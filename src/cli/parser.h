#pragma once
/// Command-line arguments into the variables that a command's flags name.

#include <string>
#include <vector>

#include "cli/command.h"

namespace vicinal::cli {

/// `arguments`: what follows the command's name. Fills the targets of the command's flags and arguments and
/// of `globals`. Unknown flag (with the closest known one), missing or surplus argument, a value outside its
/// choices: invalid_argument with key "fix". After `--` nothing is a flag. With --help the rest is not checked.
Result<> parse_arguments(const Command& command, const std::vector<std::string>& arguments, GlobalFlags& globals);

}  // namespace vicinal::cli
