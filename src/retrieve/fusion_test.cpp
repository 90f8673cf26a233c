#include "retrieve/fusion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "retrieve/random_draw.h"

namespace vicinal::retrieve {
namespace {

constexpr std::array<Fusion, 3> kAllFusions = {Fusion::weighted, Fusion::rrf, Fusion::distribution};

Arm dense_arm(std::vector<ScoredPassage> scores) {
  return {.kind = ScoreKind::similarity, .scores = std::move(scores)};
}
Arm lexical_arm(std::vector<ScoredPassage> scores) { return {.kind = ScoreKind::match, .scores = std::move(scores)}; }

std::vector<PassageId> ids_of(const std::vector<FusedPassage>& fused) {
  std::vector<PassageId> ids;
  for (const FusedPassage& passage : fused) ids.push_back(passage.id());
  return ids;
}

std::vector<PassageId> single_order(std::vector<ScoredPassage> scores, ScoreKind kind) {
  std::erase_if(scores, [&](const ScoredPassage& p) { return kind == ScoreKind::match && p.score <= 0; });
  std::ranges::sort(scores, ranks_before<ScoredPassage>);
  std::vector<PassageId> ids;
  for (const ScoredPassage& passage : scores) ids.push_back(passage.id());
  return ids;
}

/// Two arms over the same candidates, with ties, true zeros and scores that float can hardly tell apart.
struct TwoArms {
  Arm dense;
  Arm lexical;
};

TwoArms random_arms(RandomDraw& draw, size_t candidates) {
  TwoArms arms{dense_arm({}), lexical_arm({})};
  for (size_t i = 0; i < candidates; ++i) {
    const uint64_t document = draw.below(candidates) + 1;
    const auto ordinal = static_cast<uint32_t>(i);
    float dense = static_cast<float>(draw.below(50)) / 50 - 0.3F;
    if (draw.below(4) == 0) dense = std::nextafter(dense, 1.0F);
    const float lexical = draw.below(3) == 0 ? 0 : static_cast<float>(draw.below(40)) / 3;
    arms.dense.scores.push_back({document, ordinal, dense});
    arms.lexical.scores.push_back({document, ordinal, lexical});
  }
  std::ranges::reverse(arms.lexical.scores);
  return arms;
}

TEST(Fusion, NamesReadBack) {
  for (const Fusion fusion : kAllFusions) EXPECT_EQ(parse_fusion(to_string(fusion)).value(), fusion);
}

TEST(Fusion, AnUnknownNameIsAnsweredWithTheNearest) {
  const auto parsed = parse_fusion("weigthed");
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().code(), Code::invalid_argument);
  EXPECT_THAT(parsed.error().what(), testing::HasSubstr("nearest=weighted"));
}

TEST(Fusion, Alpha0And1EqualTheSingleArms) {
  RandomDraw draw(7);
  for (size_t round = 0; round < 60; ++round) {
    TwoArms arms = random_arms(draw, 1 + draw.below(80));
    if (round % 2 == 1) arms.dense.baseline = Baseline{.mean = 0.13, .sigma = 0.11};
    for (const Fusion kind : kAllFusions) {
      const auto dense = fuse(arms.dense, arms.lexical, {.kind = kind, .alpha = 1}).value();
      EXPECT_EQ(ids_of(dense), single_order(arms.dense.scores, ScoreKind::similarity)) << to_string(kind);
      const auto lexical = fuse(arms.dense, arms.lexical, {.kind = kind, .alpha = 0}).value();
      EXPECT_EQ(ids_of(lexical), single_order(arms.lexical.scores, ScoreKind::match)) << to_string(kind);
    }
  }
}

TEST(Fusion, WhatIsBetterInBothArmsStandsBefore) {
  RandomDraw draw(11);
  for (size_t round = 0; round < 30; ++round) {
    const TwoArms arms = random_arms(draw, 40);
    for (const Fusion kind : kAllFusions) {
      const auto fused = fuse(arms.dense, arms.lexical, {.kind = kind, .alpha = 0.6}).value();
      for (size_t i = 0; i < fused.size(); ++i)
        for (size_t later = i + 1; later < fused.size(); ++later)
          EXPECT_FALSE(fused[later].arms[0].score > fused[i].arms[0].score &&
                       fused[later].arms[1].score > fused[i].arms[1].score);
    }
  }
}

TEST(Fusion, TheOrderOfTheInputDoesNotMatter) {
  RandomDraw draw(13);
  TwoArms arms = random_arms(draw, 50);
  for (const Fusion kind : kAllFusions) {
    const auto before = ids_of(fuse(arms.dense, arms.lexical, {.kind = kind}).value());
    std::ranges::reverse(arms.dense.scores);
    EXPECT_EQ(ids_of(fuse(arms.dense, arms.lexical, {.kind = kind}).value()), before);
  }
}

TEST(Fusion, SharesAddUpToTheScore) {
  RandomDraw draw(17);
  const TwoArms arms = random_arms(draw, 50);
  for (const Fusion kind : kAllFusions)
    for (const FusedPassage& passage : fuse(arms.dense, arms.lexical, {.kind = kind}).value())
      EXPECT_DOUBLE_EQ(passage.score, passage.arms[0].share + passage.arms[1].share);
}

TEST(Fusion, AShiftOfAllSimilaritiesChangesNoOrder) {
  RandomDraw draw(19);
  TwoArms arms = random_arms(draw, 50);
  // Multiples of 1/64: neither the shift nor the range rounds.
  for (ScoredPassage& passage : arms.dense.scores) passage.score = static_cast<float>(draw.below(65)) / 64;
  arms.dense.scores.front().score = 0;
  arms.dense.scores.back().score = 1;
  for (const Fusion kind : {Fusion::weighted, Fusion::rrf}) {
    const auto before = ids_of(fuse(arms.dense, arms.lexical, {.kind = kind}).value());
    Arm shifted = arms.dense;
    for (ScoredPassage& passage : shifted.scores) passage.score -= 4;
    EXPECT_EQ(ids_of(fuse(shifted, arms.lexical, {.kind = kind}).value()), before);
  }
}

TEST(Fusion, RrfIsTheFormula) {
  const auto fused =
      fuse(dense_arm({{1, 0, 0.9F}, {2, 0, 0.8F}, {3, 0, 0.7F}}), lexical_arm({{3, 0, 9}, {1, 0, 4}, {2, 0, 0}}),
           {.kind = Fusion::rrf, .alpha = 0.5, .rrf_k = 60})
          .value();
  ASSERT_EQ(fused.size(), 3U);
  EXPECT_EQ(fused[0].document, 1U);
  EXPECT_DOUBLE_EQ(fused[0].score, 0.5 / 61 + 0.5 / 62);
  EXPECT_EQ(fused[1].document, 3U);
  EXPECT_DOUBLE_EQ(fused[1].score, 0.5 / 63 + 0.5 / 61);
  EXPECT_DOUBLE_EQ(fused[2].score, 0.5 / 62) << "no lexical match adds nothing";
  EXPECT_EQ(fused[2].arms[1].rank, 0U);
}

TEST(Fusion, EqualScoresShareARank) {
  const auto fused = fuse(dense_arm({{1, 0, 0.5F}, {2, 0, 0.5F}, {3, 0, 0.1F}}),
                          lexical_arm({{1, 0, 1}, {2, 0, 1}, {3, 0, 1}}), {.kind = Fusion::rrf})
                         .value();
  EXPECT_EQ(fused[0].arms[0].rank, 1U);
  EXPECT_EQ(fused[1].arms[0].rank, 1U);
  EXPECT_EQ(fused[2].arms[0].rank, 3U);
  EXPECT_LT(fused[0].document, fused[1].document);
}

TEST(Fusion, WeightedWithoutABaselineIsTheFormula) {
  const auto fused = fuse(dense_arm({{1, 0, 0.9F}, {2, 0, 0.5F}, {3, 0, 0.1F}}),
                          lexical_arm({{1, 0, 2}, {2, 0, 8}, {3, 0, 0}}), {.alpha = 0.6})
                         .value();
  EXPECT_EQ(fused[0].document, 2U);
  EXPECT_NEAR(fused[0].score, 0.6 * 0.5 + 0.4, 1e-6);
  EXPECT_NEAR(fused[1].score, 0.6 + 0.4 * 0.25, 1e-6);
  EXPECT_NEAR(fused[2].score, 0, 1e-6);
}

TEST(Fusion, WeightedWithABaselineCountsInItsSigmas) {
  Arm dense = dense_arm({{1, 0, 0.5F}, {2, 0, 0.25F}});
  dense.baseline = Baseline{.mean = 0.25, .sigma = 0.05};
  const auto fused = fuse(std::move(dense), lexical_arm({{1, 0, 0}, {2, 0, 0}}), {.alpha = 1}).value();
  EXPECT_NEAR(fused[0].score, 0.25 / (kBaselineSpan * 0.05), 1e-6);
  EXPECT_NEAR(fused[1].score, 0, 1e-6);
}

TEST(Fusion, ArmsThatAreAllEqualAllZeroOrNegativeGiveFiniteScores) {
  const std::vector<std::vector<float>> kinds = {{0, 0, 0},    {0.4F, 0.4F, 0.4F}, {-1, -0.5F, -0.25F},
                                                 {-3, -3, -3}, {3e38F, -3e38F, 0}, {1e-45F, 0, 1e-45F}};
  for (const auto& of_dense : kinds)
    for (const auto& of_lexical : kinds)
      for (const Fusion kind : kAllFusions) {
        Arm dense = dense_arm({}), lexical = lexical_arm({});
        for (uint32_t i = 0; i < 3; ++i) {
          dense.scores.push_back({1, i, of_dense[i]});
          lexical.scores.push_back({1, i, of_lexical[i]});
        }
        const auto fused = fuse(dense, lexical, {.kind = kind}).value();
        EXPECT_EQ(fused.size(), 3U);
        for (const FusedPassage& passage : fused) EXPECT_TRUE(std::isfinite(passage.score));
        dense.baseline = Baseline{.mean = 0.1, .sigma = 1e-9};
        for (const FusedPassage& passage : fuse(dense, lexical, {.kind = kind}).value())
          EXPECT_TRUE(std::isfinite(passage.score));
      }
}

TEST(Fusion, EmptyArmsLeaveTheOtherItsOrder) {
  const std::vector<ScoredPassage> scores = {{4, 0, 0.2F}, {2, 1, 0.9F}, {2, 0, 0.9F}};
  for (const Fusion kind : kAllFusions) {
    EXPECT_TRUE(fuse(dense_arm({}), lexical_arm({}), {.kind = kind}).value().empty());
    EXPECT_EQ(ids_of(fuse(dense_arm(scores), lexical_arm({}), {.kind = kind}).value()),
              single_order(scores, ScoreKind::similarity));
    EXPECT_EQ(ids_of(fuse(dense_arm({}), lexical_arm(scores), {.kind = kind}).value()),
              single_order(scores, ScoreKind::match));
  }
}

TEST(Fusion, APassageThatAnArmLacksCountsThereAsTheLeast) {
  const auto fused =
      fuse(dense_arm({{1, 0, 0.9F}, {2, 0, 0.2F}}), lexical_arm({{1, 0, 3}, {2, 0, 1}, {3, 0, 3}}), {.alpha = 0.5})
          .value();
  ASSERT_EQ(fused.size(), 3U);
  EXPECT_EQ(fused[0].document, 1U);
  EXPECT_EQ(fused[1].document, 3U);
  EXPECT_EQ(fused[1].arms[0].rank, 0U);
  EXPECT_EQ(fused[1].arms[0].share, 0);
}

TEST(Fusion, ThreeArmsWithWeightsOfTheirOwn) {
  const std::vector<Arm> arms = {
      {.kind = ScoreKind::similarity, .weight = 1, .scores = {{1, 0, 1.0F}, {2, 0, 0.0F}}},
      {.kind = ScoreKind::match, .weight = 0.5, .scores = {{1, 0, 0}, {2, 0, 5}}},
      {.kind = ScoreKind::match, .weight = 0.6, .scores = {{1, 0, 0}, {2, 0, 7}}},
  };
  const auto fused = fuse(arms, {}).value();
  EXPECT_EQ(fused[0].document, 2U);
  EXPECT_NEAR(fused[0].score, 1.1, 1e-6);
}

TEST(Fusion, AnArmWithoutAWeightIsOnlyReported) {
  const std::vector<Arm> arms = {{.kind = ScoreKind::similarity, .weight = 1, .scores = {{1, 0, 0.5F}}},
                                 {.kind = ScoreKind::match, .weight = 0, .scores = {{1, 0, 3}, {2, 0, 9}}}};
  const auto fused = fuse(arms, {}).value();
  ASSERT_EQ(fused.size(), 1U);
  EXPECT_EQ(fused[0].arms[1].score, 3);
  EXPECT_EQ(fused[0].arms[1].rank, 2U);
  EXPECT_EQ(fused[0].arms[1].share, 0);
}

TEST(Fusion, BadInputIsRefused) {
  const Arm good = dense_arm({{1, 0, 0.5F}});
  const auto code_of = [](const auto& result) { return result.ok() ? "ok" : code_name(result.error().code()); };
  EXPECT_EQ(code_of(fuse(good, lexical_arm({{1, 0, std::nanf("")}}), {})), "invalid_argument");
  EXPECT_EQ(code_of(fuse(good, lexical_arm({{1, 0, std::numeric_limits<float>::infinity()}}), {})), "invalid_argument");
  EXPECT_EQ(code_of(fuse(good, lexical_arm({{1, 0, 1}, {1, 0, 2}}), {})), "invalid_argument");
  EXPECT_EQ(code_of(fuse(good, good, {.alpha = 1.01})), "invalid_argument");
  EXPECT_EQ(code_of(fuse(good, good, {.alpha = std::nan("")})), "invalid_argument");
  EXPECT_EQ(code_of(fuse(good, good, {.rrf_k = 0})), "invalid_argument");
  EXPECT_EQ(code_of(fuse(std::vector<Arm>(kMaxArms + 1, good), {})), "invalid_argument");
  EXPECT_EQ(code_of(fuse(std::vector<Arm>{}, {})), "invalid_argument");
  EXPECT_EQ(code_of(fuse(std::vector<Arm>{{.weight = -1}, good}, {})), "invalid_argument");
  EXPECT_EQ(code_of(fuse(std::vector<Arm>{{.baseline = Baseline{0, 0}}, good}, {})), "invalid_argument");
}

}  // namespace
}  // namespace vicinal::retrieve
