#pragma once
/// The names of a collection's fields.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"

namespace vicinal::index {

/// 1 to 32 letters of ASCII, digits, "_" and "-", a letter first.
bool is_field_name(std::string_view name);

/// `there`, and behind them those of `names` that are not among them. invalid_argument: a name that is none, more than
/// kMaxFields in all.
Result<std::vector<std::string>> with_fields(std::span<const std::string> there, std::span<const std::string> names);

}  // namespace vicinal::index
