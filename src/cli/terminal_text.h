#pragma once
/// Text of unknown origin, made safe and short for a person's screen.

#include <cstddef>
#include <string>
#include <string_view>

namespace vicinal::cli {

/// Control characters (C0 but tab, DEL, C1) and invalid UTF-8 become U+FFFD; a tab becomes a space.
std::string printable(std::string_view text);

/// How many bytes of `text` hold its first `limit` code points; never cuts one apart.
size_t prefix_bytes(std::string_view text, size_t limit);

}  // namespace vicinal::cli
