#pragma once
/// Several images as one, without the rows that are dead.

#include <cstdint>
#include <functional>
#include <span>

#include "postings/image.h"
#include "postings/image_writer.h"
#include "postings/max_score.h"

namespace vicinal::postings {

struct MergeSource {
  Image* image = nullptr;
  RowMask live;  ///< whole documents; empty: all rows are
};

/// Called a few thousand times in a merge with the share that is done, 0 to 1; false stops it.
using MergeStep = std::function<bool(double done)>;

/// Writes the payload of the merged image. REQUIRES: documents ascend from each source to the next; equal analyzers and
/// flags. Memory: the longest list, the keys, and 20 bytes a row. interrupted: `step` said so.
Result<> merge(std::span<const MergeSource> sources, const ByteSink& sink, const MergeStep& step);

/// How many rows would be written.
uint64_t living_rows(std::span<const MergeSource> sources);

}  // namespace vicinal::postings
