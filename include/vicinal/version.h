#pragma once
/// The version of the library, and what it was built from.

#include <string_view>

namespace vicinal {
inline namespace v0 {

inline constexpr int kVersionMajor = 0;
inline constexpr int kVersionMinor = 1;
inline constexpr int kVersionPatch = 0;

/// "0.1.0".
std::string_view version();

}  // namespace v0
}  // namespace vicinal
