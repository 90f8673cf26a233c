#pragma once
/// An error as a person reads it, and as a program does.

#include <string>

#include "vicinal/error.h"

namespace vicinal::cli {

/// "vicinal: <message> (key=value, …)" and, where the data says how to fix it, a second line "fix: …".
/// Control characters are shown as escapes, so that a file's name cannot drive the terminal.
std::string error_text(const Error& error);

/// {"error":{"code","message","data":{…},"exit_code"},"schema":1}, one line.
std::string error_json(const Error& error);

}  // namespace vicinal::cli
