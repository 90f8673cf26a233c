#pragma once
/// The best rows of one image for a sum of lists: MaxScore by windows of rows, with bounds of blocks.
///
/// Turtle and Flood, "Query evaluation: strategies and optimizations", 1995: lists whose bounds together cannot reach
/// the threshold are not walked but asked for the rows that the others bring. Bounds are those of the blocks inside a
/// window of rows (Chakrabarti, Chaudhuri and Ganti, "Interval-based pruning for top-k processing over compressed
/// lists", 2011). What it finds is exactly what adding up all lists would find.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "postings/scored_list.h"
#include "postings/top_rows.h"

namespace vicinal::postings {

/// One bit a row of an image; no words at all: every row.
using RowMask = std::span<const uint64_t>;

/// Offers rows of `mask` to `top`, ascending. `place` names a row's document and ordinal.
void max_score(std::span<ScoredList> lists, uint32_t rows, RowMask mask,
               const std::function<RankedRow(uint32_t row)>& place, TopRows& top);

}  // namespace vicinal::postings
