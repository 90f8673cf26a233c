#include "vicinal/error.h"

#include <algorithm>

namespace vicinal {
inline namespace v0 {

std::string_view code_name(Code code) {
  switch (code) {
    case Code::invalid_argument:
      return "invalid_argument";
    case Code::empty_input:
      return "empty_input";
    case Code::too_long:
      return "too_long";
    case Code::not_found:
      return "not_found";
    case Code::corrupt:
      return "corrupt";
    case Code::unsupported:
      return "unsupported";
    case Code::io:
      return "io";
    case Code::busy:
      return "busy";
    case Code::space_mismatch:
      return "space_mismatch";
    case Code::network:
      return "network";
    case Code::budget:
      return "budget";
    case Code::interrupted:
      return "interrupted";
  }
  return "unknown";
}

std::string Error::what() const {
  std::string line = std::string(code_name(code_)) + ": " + message_;
  for (size_t i = 0; i < data_.size(); ++i) {
    line += (i == 0 ? " (" : ", ") + data_[i].first + "=" + data_[i].second;
  }
  if (!data_.empty()) line += ")";
  std::replace(line.begin(), line.end(), '\n', ' ');  // data may be anything; the promise is one line
  std::replace(line.begin(), line.end(), '\r', ' ');
  return line;
}

}  // namespace v0
}  // namespace vicinal
