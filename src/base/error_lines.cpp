#include "base/error_lines.h"

namespace vicinal::base {

ErrorLines error_lines(const Error& error) {
  std::string particulars, fix;
  for (const auto& [key, value] : error.data()) {
    if (key == "fix") {
      fix = value;
    } else if (key == "suggestions" && !value.empty()) {
      if (fix.empty()) fix = "closest names: " + value;
    } else if (key != "suggestions") {
      particulars += (particulars.empty() ? "" : ", ") + key + "=" + value;
    }
  }
  if (!particulars.empty()) particulars = " (" + particulars + ")";
  return {error.message() + particulars, fix};
}

}  // namespace vicinal::base
