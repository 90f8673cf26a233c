#include "vicinal/version.h"

namespace vicinal {
inline namespace v0 {

std::string_view version() {
  static_assert(kVersionMajor == 0 && kVersionMinor == 1 && kVersionPatch == 0, "the text below must follow");
  return "0.1.0";
}

}  // namespace v0
}  // namespace vicinal
