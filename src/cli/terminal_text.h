#pragma once
/// Text of unknown origin, made safe and short for a person's screen.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vicinal::cli {

/// Control characters (C0 but tab, DEL, C1) and invalid UTF-8 become U+FFFD; a tab becomes a space.
std::string printable(std::string_view text);

/// How many bytes of `text` hold its first `limit` code points; never cuts one apart.
size_t prefix_bytes(std::string_view text, size_t limit);

/// Columns that a terminal gives to valid UTF-8: two to a wide character (Chinese, Japanese, Korean, emoji), none to
/// one that is set on the one before, or for private use.
size_t columns_of(std::string_view text);

/// Broken between words into lines of at most `columns`, a longer word within it; one line where `columns` is 0.
std::vector<std::string> wrapped(std::string_view text, size_t columns);

}  // namespace vicinal::cli
