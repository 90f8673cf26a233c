#pragma once
/// Titles: one line, bounded.

#include <string>
#include <string_view>

namespace vicinal::read {

/// A title is embedded with every passage, so that an endless one would displace the text.
inline constexpr size_t kMaxTitleBytes = 300;

/// White space collapsed and trimmed, cut at kMaxTitleBytes between code points. REQUIRES: valid UTF-8.
std::string clean_title(std::string_view text);

}  // namespace vicinal::read
