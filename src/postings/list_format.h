#pragma once
/// One term's list, as it lies in the section of lists. Byte tables: docs/formats/postings.md.
///
/// Fewer than 128 rows: for each row varint((row - the row before - 1) * 2 + (frequency is 1)), varint(frequency) where
/// it is not 1, and its positions: varints, the first as it is, then distances.
///
/// From 128 rows on: LongHead, a BlockHead for each 128 rows, these blocks (gaps of rows, then frequencies less one,
/// both packed), the rows left over (as above, without positions), all positions (blocks of 128 numbers: their width,
/// then packed; those left over as varints).

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "postings/impact.h"
#include "postings/packed_block.h"

namespace vicinal::postings {

/// Where the first position of a block lies.
struct PositionPlace {
  uint32_t offset = 0;  ///< of its block of positions, in the list's positions
  uint8_t index = 0;    ///< in that block
};

#pragma pack(push, 1)
struct LongHead {
  uint32_t rest_offset = 0;       ///< of the rows left over, from the end of the heads
  uint32_t positions_offset = 0;  ///< of the positions, from the end of the heads
  uint32_t loose_offset = 0;      ///< of the positions that fill no block, in the positions
  uint32_t rest_positions_offset = 0;
  uint8_t rest_positions_index = 0;
  Impacts impacts{};  ///< of all rows
};
struct BlockHead {
  uint32_t last_row = 0;
  uint32_t offset = 0;  ///< of the block, from the end of the heads
  uint32_t positions_offset = 0;
  uint8_t positions_index = 0;
  uint8_t row_width = 0, frequency_width = 0;
  Impacts impacts{};
};
#pragma pack(pop)
static_assert(sizeof(LongHead) == 26);
static_assert(sizeof(BlockHead) == 24);

}  // namespace vicinal::postings
