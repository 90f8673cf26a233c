#pragma once
/// Values of metadata as filters compare them.

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/json.h"

namespace vicinal::filter {

/// Holds every int64, uint64 and double exactly (64 bits of mantissa on x86-64), so that no two ids become one.
using Number = long double;

/// A bool, a number or a string; values of different kinds are never equal.
using Value = std::variant<bool, Number, std::string>;

/// Nothing for null, arrays and objects.
std::optional<Value> scalar(const base::Json& json);

/// Seconds since 1970-01-01T00:00:00Z of an RFC 3339 timestamp ("2024-05-01T12:30:00.5+02:00", also without an
/// offset: UTC; a space in place of T) or of a date alone ("2024-05-01": its midnight, UTC). Nothing for any other
/// text.
std::optional<Number> timestamp(std::string_view text);

}  // namespace vicinal::filter
