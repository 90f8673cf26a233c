#pragma once
/// What did the user mean? Closest names to one that is not known.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vicinal::cli {

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal string alignment).
size_t edit_distance(std::string_view a, std::string_view b);

/// Up to three names within a third of the length (at least 2 edits) of `name`, or that start with it; nearest first.
std::vector<std::string> closest_names(std::string_view name, const std::vector<std::string>& known);

}  // namespace vicinal::cli
