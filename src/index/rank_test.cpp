#include "index/rank.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

namespace vicinal::index {
namespace {

TEST(TopCandidates, KeepsExactlyTheScoresThatReachTheLimitTiesIncluded) {
  std::mt19937 random(1);
  for (size_t limit : {1U, 3U, 10U, 700U, 5000U}) {
    TopCandidates top(limit);
    std::vector<float> scores;
    for (uint64_t i = 0; i < 3000; ++i) {
      scores.push_back(static_cast<float>(random() % 50));
      top.add({scores.back(), 0, i});
    }
    std::ranges::sort(scores, std::greater<>());
    const float threshold = scores[std::min(limit, scores.size()) - 1];
    const auto reaching = std::ranges::count_if(scores, [&](float score) { return score >= threshold; });
    EXPECT_EQ(top.take().size(), static_cast<size_t>(reaching)) << limit;
  }
}

TEST(Rank, EqualScoresAreOrderedByDocumentThenOrdinalAndCut) {
  const std::vector<Candidate> candidates = {{1, 5, 10}, {1, 2, 20}, {1, 1, 10}, {2, 0, 30}, {1, 0, 20}};
  const auto name = [](uint64_t document) -> Result<std::string> {
    return document == 20 ? std::string("a") : "z" + std::to_string(document);
  };
  const auto hits = rank(candidates, 4, name).value();
  ASSERT_EQ(hits.size(), 4U);
  EXPECT_EQ(hits[0].document, "z30");
  EXPECT_EQ(hits[1].document, "a");
  EXPECT_EQ(hits[1].ordinal, 0U);
  EXPECT_EQ(hits[2].ordinal, 2U);
  EXPECT_EQ(hits[3].document, "z10");
  EXPECT_EQ(hits[3].ordinal, 1U);
}

}  // namespace
}  // namespace vicinal::index
