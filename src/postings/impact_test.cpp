#include "postings/impact.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace vicinal::postings {
namespace {

bool covers(const Impacts& impacts, uint32_t frequency, uint32_t length) {
  for (const ImpactCode& code : impacts)
    if (code.frequency > 0 && impact_frequency(code.frequency) >= frequency && code.length <= length) return true;
  return false;
}

TEST(Impact, CodesAreBoundsFromAboveAndExactWhereFrequenciesAreSmall) {
  for (uint32_t frequency = 1; frequency < 64; ++frequency)
    EXPECT_EQ(impact_frequency(impact_code(frequency)), frequency);
  for (uint64_t frequency = 64; frequency <= UINT32_MAX; frequency = frequency * 9 / 8 + 1) {
    const uint32_t bound = impact_frequency(impact_code(static_cast<uint32_t>(frequency)));
    EXPECT_GE(bound, frequency);
    if (frequency < 1u << 28) EXPECT_LE(bound, frequency + frequency / 7);
  }
  EXPECT_EQ(impact_frequency(impact_code(UINT32_MAX)), UINT32_MAX);
}

TEST(Impact, NoPostingIsBetterThanAllPairs) {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    std::vector<uint32_t> frequencies;
    std::vector<RowLength> lengths;
    const size_t count = 1 + random() % 128;
    for (size_t i = 0; i < count; ++i) {
      lengths.push_back(row_length(1 + random() % (round % 5 == 0 ? 200000 : 300)));
      frequencies.push_back(1 + random() % (1 + lengths.back() / 8u));
    }
    const Impacts impacts = impacts_of(frequencies, lengths);
    const Impacts joined = join(impacts, impacts_of(std::vector<uint32_t>{5}, std::vector<RowLength>{7}));
    for (size_t i = 0; i < count; ++i) {
      EXPECT_TRUE(covers(impacts, frequencies[i], lengths[i]));
      EXPECT_TRUE(covers(joined, frequencies[i], lengths[i]));
    }
    EXPECT_TRUE(covers(joined, 5, 7));
  }
}

TEST(Impact, FewPairsAreKeptAsTheyAre) {
  const Impacts impacts = impacts_of(std::vector<uint32_t>{9, 4, 2, 3}, std::vector<RowLength>{90, 40, 20, 70});
  EXPECT_EQ(impacts[0].frequency, 9);
  EXPECT_EQ(uint32_t{impacts[0].length}, 90u);
  EXPECT_EQ(impacts[2].frequency, 2);
  EXPECT_EQ(uint32_t{impacts[2].length}, 20u);
}

}  // namespace
}  // namespace vicinal::postings
