#pragma once
/// Sizes as people write them.

#include <cstddef>
#include <string_view>

#include "vicinal/result.h"

namespace vicinal::cli {

/// "512M", "2G", "65536", "800k", "1.5GiB", "64 MB": powers of 1024, upper or lower case. Anything else, and nothing
/// above 2^60: invalid_argument that shows how to write it.
Result<size_t> parse_byte_size(std::string_view text);

}  // namespace vicinal::cli
