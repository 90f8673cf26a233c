#pragma once
/// What the program's exit codes mean. Scripts rely on them.

#include "vicinal/error.h"

namespace vicinal::cli {

inline constexpr int kExitDone = 0;     ///< done, or something was found
inline constexpr int kExitNothing = 1;  ///< nothing found, or a check failed
inline constexpr int kExitUse = 2;      ///< bad use or input
inline constexpr int kExitFile = 3;     ///< model or file trouble
inline constexpr int kExitNetwork = 4;  ///< network or provider, or refused because offline
inline constexpr int kExitSpace = 5;    ///< vectors of two spaces would meet
inline constexpr int kExitBudget = 6;   ///< a limit was reached; resumable
inline constexpr int kExitInterrupted = 130;

/// A name that is not known, with suggestions, is bad use (2); any other thing not there is file trouble (3).
int exit_code(const Error& error);

}  // namespace vicinal::cli
