#pragma once
/// Unpacks .gz files, to a bound.

#include <string>
#include <string_view>

#include "base/check.h"

namespace vicinal::read {

/// All members of a gzip file. corrupt: not gzip, damaged, cut short. too_long: more than `max_bytes` come out; nothing
/// beyond that is ever allocated.
Result<std::string> unpack_gzip(std::string_view bytes, size_t max_bytes);

/// What the beginning of a gzip file unpacks to, `max_bytes` at most; "" when it is no gzip.
std::string unpack_gzip_head(std::string_view bytes, size_t max_bytes);

}  // namespace vicinal::read
