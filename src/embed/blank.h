#pragma once
/// Texts that say nothing.

#include <string_view>

namespace vicinal::embed {

/// True if the text is empty or holds only white space (Unicode property White_Space).
/// REQUIRES: valid UTF-8.
bool is_blank(std::string_view text);

}  // namespace vicinal::embed
