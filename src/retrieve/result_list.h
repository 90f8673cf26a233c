#pragma once
/// From fused candidates to the list that is shown, as a plan says: fold → diversify → group → the best `limit`.
///
/// Nothing is asked of a passage that no step of the plan needs. Pure but for the callables.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "retrieve/fusion.h"
#include "retrieve/passage.h"
#include "retrieve/plan.h"

namespace vicinal::retrieve {

/// What the steps look at.
struct PassageFacts {
  /// The stored vector; it lives until result_list returns. Asked for by folding and diversity.
  std::function<Result<std::span<const float>>(const PassageId&)> vector_of;
  /// Hash of the text that is shown. Asked for by folding; may be empty: texts are then not compared.
  std::function<std::optional<uint64_t>(const PassageId&)> text_hash_of;
  double similarity_floor = 0;  ///< NoiseFloor::mean, for diversity
};

struct ListedPassage {
  FusedPassage passage;
  std::vector<PassageId> folded;  ///< near-duplicates that it stands for, best first
};

/// `fused` is best first, as fuse() gives it. At most plan.limit passages; grouping leaves out those of a document
/// behind its best, and moves none. Errors of the steps and of `vector_of`; invalid_argument when a step needs
/// `vector_of` and it is empty.
Result<std::vector<ListedPassage>> result_list(const SearchPlan& plan, std::vector<FusedPassage> fused,
                                               const PassageFacts& facts);

}  // namespace vicinal::retrieve
