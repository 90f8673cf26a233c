#include "postings/impact.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace vicinal::postings {

namespace {

constexpr uint32_t kExact = 64;     // codes below are frequencies
constexpr uint32_t kMantissas = 8;  // steps of a doubling above
constexpr uint8_t kUnbounded = 255;

constexpr std::array<uint32_t, 256> frequencies_of_codes() {
  std::array<uint32_t, 256> of{};
  for (uint32_t code = 0; code < of.size(); ++code) {
    const uint32_t step = code < kExact ? 0 : code - kExact + 1;
    const uint64_t value = (uint64_t{kMantissas + step % kMantissas} << (step / kMantissas)) * (kExact / kMantissas);
    of[code] = code < kExact ? code : static_cast<uint32_t>(std::min<uint64_t>(value, UINT32_MAX));
  }
  of[kUnbounded] = UINT32_MAX;
  return of;
}

/// For each frequency code the least length, and from the largest code down only lengths that fall.
using Least = std::array<uint32_t, 256>;

Impacts pareto(const Least& least) {
  constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
  Impacts kept{};
  size_t count = 0;
  uint32_t shortest = kNone;
  for (size_t code = least.size(); code-- > 1;) {
    if (least[code] >= shortest) continue;
    shortest = least[code];
    // The last place takes the frequency that came first and the length that came last.
    const bool joined = count == kImpacts;
    kept[joined ? count - 1 : count++].length = static_cast<RowLength>(shortest);
    if (!joined) kept[count - 1].frequency = static_cast<uint8_t>(code);
  }
  return kept;
}

void add(Least& least, uint8_t code, RowLength length) { least[code] = std::min<uint32_t>(least[code], length); }

Least nothing() {
  Least least;
  least.fill(std::numeric_limits<uint32_t>::max());
  return least;
}

}  // namespace

constexpr std::array<uint32_t, 256> kImpactFrequencies = frequencies_of_codes();

uint8_t impact_code(uint32_t frequency) {
  if (frequency < kExact) return static_cast<uint8_t>(frequency);
  return static_cast<uint8_t>(std::ranges::lower_bound(kImpactFrequencies, frequency) - kImpactFrequencies.begin());
}

Impacts impacts_of(std::span<const uint32_t> frequencies, std::span<const RowLength> lengths) {
  Least least = nothing();
  for (size_t i = 0; i < frequencies.size(); ++i) add(least, impact_code(frequencies[i]), lengths[i]);
  return pareto(least);
}

Impacts join(const Impacts& a, const Impacts& b) {
  Least least = nothing();
  for (const Impacts& set : {a, b})
    for (const ImpactCode& code : set) add(least, code.frequency, code.length);
  return pareto(least);
}

}  // namespace vicinal::postings
