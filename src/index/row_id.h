#pragma once
/// Whose vector a row of a tail or segment file is. Written as it lies in memory: 16 bytes, little-endian.

#include <bit>
#include <compare>
#include <cstdint>

namespace vicinal::index {

/// Internal document ids are never reused: a replaced document comes back under a new one, so a row id means one
/// vector for ever and rows need no rewriting when files are merged. Rows of every file are in ascending order.
/// Ordinals go through all of a document's passages, so document and ordinal alone name a row.
struct RowId {
  uint64_t document = 0;
  uint32_t ordinal = 0;
  uint32_t field = 0;  ///< of the document's fields, 0: body
  auto operator<=>(const RowId&) const = default;
};
static_assert(sizeof(RowId) == 16);
static_assert(std::endian::native == std::endian::little, "vector files are little-endian and mapped as they are");

}  // namespace vicinal::index
