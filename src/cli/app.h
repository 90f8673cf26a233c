#pragma once
/// The program: finds the command, parses its flags, runs it, turns an error into a line on stderr and an exit code.

namespace vicinal::cli {

/// The exit code (see exit_code.h). Never throws.
int run(int argc, const char* const* argv);

}  // namespace vicinal::cli
