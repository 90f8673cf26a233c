#include "kernels/peak.h"

#include <cstdint>

namespace vicinal::kernels::scalar {
namespace {

/// Kept from the optimiser: what it cannot know it cannot fold.
volatile float float_source = 0.5F;
volatile uint32_t integer_source = 3;

template <class Number, class Source>
void multiply_and_add(size_t rounds, Source& source) {
  const Number factor = source, addend = source;
  Number sums[kPeakSums];
  for (Number& sum : sums) sum = source;
  for (size_t round = 0; round < rounds; ++round)
    for (Number& sum : sums) sum = sum * factor + addend;
  Number total{};
  for (const Number sum : sums) total += sum;
  if (total == Number{1}) source = total;  // never; the optimiser cannot know
}

}  // namespace

void spin_f32(size_t rounds) { multiply_and_add<float>(rounds, float_source); }
void spin_int8(size_t rounds) { multiply_and_add<uint32_t>(rounds, integer_source); }

}  // namespace vicinal::kernels::scalar
