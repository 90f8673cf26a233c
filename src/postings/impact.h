#pragma once
/// What the best postings of a block look like, so that a search can pass over blocks that cannot matter.
///
/// A score grows with the frequency and falls with the length, so only pairs that no other pair of the block beats in
/// both can be the best, whatever the parameters and the average length are. At most kImpacts pairs are kept: more are
/// joined to pairs that beat both, which stay bounds (Ding and Suel, "Faster top-k document retrieval using block-max
/// indexes", 2011; pairs in place of scores as Lucene keeps them, so that statistics may change).

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace vicinal::postings {

inline constexpr size_t kImpacts = 3;

/// Of a row, in positions; a longer one counts as the longest.
using RowLength = uint16_t;
inline constexpr RowLength kMaxRowLength = UINT16_MAX;
constexpr RowLength row_length(uint32_t positions) {
  return static_cast<RowLength>(positions < kMaxRowLength ? positions : kMaxRowLength);
}

/// As it lies in a file. A code of frequency 0 is no pair.
#pragma pack(push, 1)
struct ImpactCode {
  uint8_t frequency = 0;  ///< impact_frequency()
  RowLength length = 0;
};
#pragma pack(pop)
static_assert(sizeof(ImpactCode) == 3);
using Impacts = std::array<ImpactCode, kImpacts>;

/// Smallest code whose frequency is at least this: exact to 64, then within an eighth. The largest code is any.
uint8_t impact_code(uint32_t frequency);
extern const std::array<uint32_t, 256> kImpactFrequencies;  ///< of each code
inline uint32_t impact_frequency(uint8_t code) { return kImpactFrequencies[code]; }

/// REQUIRES: as many lengths as frequencies, at least one; frequencies from 1.
Impacts impacts_of(std::span<const uint32_t> frequencies, std::span<const RowLength> lengths);
/// Bounds for both.
Impacts join(const Impacts& a, const Impacts& b);

}  // namespace vicinal::postings
