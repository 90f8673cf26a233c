#pragma once
/// What did the user mean? The known names nearest to one that is not known.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vicinal::base {

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal string alignment),
/// letters' case aside.
size_t edit_distance(std::string_view a, std::string_view b);

/// Up to `limit` names within a third of the length (at least 2 edits) of `name`, or whose beginning is: a name's end
/// is often left out. Nearest first, else as they were given.
std::vector<std::string> closest_names(std::string_view name, std::span<const std::string> known, size_t limit = 3);

}  // namespace vicinal::base
