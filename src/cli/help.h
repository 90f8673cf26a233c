#pragma once
/// Help texts, made from the commands themselves: examples first, then flags with defaults and units.

#include <string>
#include <vector>

#include "cli/command.h"

namespace vicinal::cli {

/// `vicinal`, `vicinal help`: the commands by purpose.
std::string overview(const std::vector<Command>& commands);

/// `vicinal help COMMAND`. Call before parsing: defaults are read from the flags' targets.
std::string command_help(const Command& command);

}  // namespace vicinal::cli
