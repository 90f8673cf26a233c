#pragma once
/// Passages of a ranked list that say the same as a better one are folded into it.
///
/// A passage is folded when its text's hash equals that of a kept one, or its vector's cosine with it reaches the
/// threshold. Each is compared with kept passages only, so whatever is folded is near the one that is shown: no chains.
/// No cosine tells a statement from its opposite ("is allowed", "is not allowed" lie at 0.9 and above), so keep the
/// threshold high, and show the count. Cost: candidates · kept cosines.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "vicinal/result.h"

namespace vicinal::retrieve {

struct PassageLook {
  std::optional<uint64_t> text_hash;  ///< of the text that is shown; absent: not compared
  std::span<const float> vector;      ///< empty: not compared
};

/// A kept passage and those that were folded into it, as places in the list, ascending.
struct FoldedPassage {
  size_t kept = 0;
  std::vector<size_t> folded;
};

/// In the list's order, best first: the best of its kind is kept. invalid_argument: a threshold outside 0 to 1 or 0,
/// vectors of different lengths.
Result<std::vector<FoldedPassage>> fold_near_duplicates(std::span<const PassageLook> ranked, double threshold);

}  // namespace vicinal::retrieve
