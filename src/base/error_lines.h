#pragma once
/// An error in the two lines that a person reads: what is wrong, and what to do about it.

#include <string>

#include "vicinal/error.h"

namespace vicinal::base {

struct ErrorLines {
  std::string problem;  ///< "<message> (key=value, …)"
  std::string fix;      ///< the data's "fix", else "closest names: …" of its "suggestions", else empty
};

ErrorLines error_lines(const Error& error);

}  // namespace vicinal::base
