#include "model/arch/relative_bias.h"

#include <gtest/gtest.h>

#include <numeric>

namespace vicinal::model {
namespace {

struct First {
  ptrdiff_t distance;
  size_t bucket;
};

/// Each distance where MPNetEncoder.relative_position_bucket of PyPI transformers 5.24.0 (torch 2.15.0) changes its
/// bucket.
constexpr First kOf32[] = {{-511, 15}, {-90, 14}, {-63, 13}, {-45, 12}, {-31, 11}, {-22, 10}, {-15, 9}, {-11, 8},
                           {-7, 7},    {-6, 6},   {-5, 5},   {-4, 4},   {-3, 3},   {-2, 2},   {-1, 1},  {0, 0},
                           {1, 17},    {2, 18},   {3, 19},   {4, 20},   {5, 21},   {6, 22},   {7, 23},  {8, 24},
                           {12, 25},   {16, 26},  {23, 27},  {32, 28},  {46, 29},  {64, 30},  {91, 31}};

TEST(RelativeBucket, ChangesWhereTheReferenceChangesIt) {
  size_t at = 0;
  for (ptrdiff_t distance = -511; distance <= 511; ++distance) {
    if (at + 1 < std::size(kOf32) && kOf32[at + 1].distance == distance) ++at;
    EXPECT_EQ(relative_bucket(distance, 32), kOf32[at].bucket) << distance;
  }
}

TEST(RelativeBucket, StaysInItsHalfHoweverFar) {
  for (const size_t buckets : {4, 8, 32, 64}) {
    EXPECT_EQ(relative_bucket(-1'000'000, buckets), buckets / 2 - 1);
    EXPECT_EQ(relative_bucket(1'000'000, buckets), buckets - 1);
  }
}

TEST(RelativeBias, HoldsEveryHeadAtEveryDistance) {
  constexpr size_t kHeads = 3, kBuckets = 32, kPositions = 100;
  std::vector<float> weight(kBuckets * kHeads);
  std::iota(weight.begin(), weight.end(), 0.0F);
  const RelativeBias bias(weight, kHeads, kPositions);
  EXPECT_EQ(bias.stride(), 2 * kPositions - 1);
  for (size_t head = 0; head < kHeads; ++head) {
    for (ptrdiff_t distance = -99; distance <= 99; ++distance) {
      const float* at = bias.origin() + static_cast<ptrdiff_t>(head * bias.stride()) + distance;
      EXPECT_EQ(*at, weight[relative_bucket(distance, kBuckets) * kHeads + head]) << head << " " << distance;
    }
  }
}

TEST(RelativeBias, IsNullWhereThereIsNone) { EXPECT_EQ(RelativeBias().origin(), nullptr); }

}  // namespace
}  // namespace vicinal::model
