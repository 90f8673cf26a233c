#include "retrieve/fit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "retrieve/random_draw.h"

namespace vicinal::retrieve {
namespace {

/// 0 to 1.
double uniform(RandomDraw& draw) { return static_cast<double>(draw.below(1 << 20)) / (1 << 20); }

/// How much each arm knows of what is relevant; the rest of a score is chance.
struct Knowledge {
  double dense = 0;
  double lexical = 0;
};

JudgedQuery made_query(RandomDraw& draw, const Knowledge& knowledge) {
  JudgedQuery query;
  for (uint64_t document = 0; document < 60; ++document) {
    const double gain = document < 4 ? 1 : 0;
    query.candidates.push_back({.document = (document * 37) % 61,
                                .dense = static_cast<float>(knowledge.dense * gain + uniform(draw)),
                                .lexical = static_cast<float>(knowledge.lexical * gain + uniform(draw)),
                                .gain = gain});
    if (gain > 0) query.gains.push_back(gain);
  }
  return query;
}

std::vector<JudgedQuery> made_queries(size_t count, const Knowledge& knowledge) {
  RandomDraw draw(23);
  std::vector<JudgedQuery> queries;
  for (size_t i = 0; i < count; ++i) queries.push_back(made_query(draw, knowledge));
  return queries;
}

TEST(JudgedRanking, EqualsTheRankingThatFuseGives) {
  RandomDraw draw(29);
  const JudgedQuery query = made_query(draw, {0.3, 0.3});
  Arm dense{.kind = ScoreKind::similarity}, lexical{.kind = ScoreKind::match};
  for (const JudgedPassage& passage : query.candidates) {
    dense.scores.push_back({passage.document, passage.ordinal, passage.dense});
    lexical.scores.push_back({passage.document, passage.ordinal, passage.lexical});
  }
  for (const Fusion kind : {Fusion::weighted, Fusion::rrf, Fusion::distribution})
    for (const double alpha : {0.0, 0.3, 0.7, 1.0}) {
      double sum = 0, ideal = 0;
      const auto fused = fuse(dense, lexical, {.kind = kind, .alpha = alpha}).value();
      for (size_t i = 0; i < 10; ++i) {
        const auto at = std::ranges::find(query.candidates, fused[i].document, &JudgedPassage::document);
        sum += at->gain / std::log2(static_cast<double>(i) + 2);
      }
      for (size_t i = 0; i < query.gains.size(); ++i) ideal += 1 / std::log2(static_cast<double>(i) + 2);
      EXPECT_NEAR(JudgedRanking(query, kind, 60, std::nullopt).ndcg(alpha), sum / ideal, 1e-12)
          << to_string(kind) << alpha;
    }
}

TEST(JudgedRanking, ADocumentCountsOnceWhereItsBestPassageStands) {
  const JudgedQuery query{.candidates = {{.document = 1, .ordinal = 0, .dense = 0.9F, .gain = 0},
                                         {.document = 1, .ordinal = 1, .dense = 0.8F, .gain = 0},
                                         {.document = 2, .ordinal = 0, .dense = 0.7F, .gain = 1},
                                         {.document = 2, .ordinal = 1, .dense = 0.6F, .gain = 1}},
                          .gains = {1}};
  EXPECT_NEAR(JudgedRanking(query, Fusion::weighted, 60, std::nullopt).ndcg(1), 1 / std::log2(3), 1e-12);
}

TEST(Fit, LeansTowardsTheArmThatKnowsMore) {
  const auto dense = fit_fusion(made_queries(60, {.dense = 0.6, .lexical = 0}), {}).value();
  EXPECT_GE(dense.best.alpha, 0.7);
  const auto lexical = fit_fusion(made_queries(60, {.dense = 0, .lexical = 0.6}), {}).value();
  EXPECT_LE(lexical.best.alpha, 0.3);
  EXPECT_TRUE(lexical.distinguishable());
  EXPECT_EQ(lexical.recommended.alpha, lexical.best.alpha);
  EXPECT_GT(lexical.held_out_score, lexical.usual_score);
  EXPECT_NEAR(lexical.best_score, lexical.lexical_score, 0.05);
}

TEST(Fit, SaysSoWhenTheGainIsWithinNoise) {
  const auto fitted = fit_fusion(made_queries(40, {.dense = 0, .lexical = 0}), {}).value();
  EXPECT_FALSE(fitted.distinguishable());
  EXPECT_EQ(fitted.recommended.alpha, FusionOptions().alpha);
  EXPECT_GE(fitted.best_score, fitted.usual_score) << "the usual is on the grid";
  EXPECT_LT(fitted.held_out_score, fitted.best_score) << "what it was fitted on flatters";
  EXPECT_THAT(to_string(fitted), testing::HasSubstr("Not distinguishable"));
}

TEST(Fit, SaysSoWhenTheUsualIsAsGood) {
  // Either arm alone knows all that is relevant.
  const auto fitted = fit_fusion(made_queries(10, {.dense = 2, .lexical = 2}), {}).value();
  EXPECT_EQ(fitted.best.alpha, FusionOptions().alpha);
  EXPECT_THAT(to_string(fitted), testing::HasSubstr("The usual is as good"));
}

TEST(Fit, QueriesWithNothingRelevantAreLeftOutAndCounted) {
  auto queries = made_queries(20, {.dense = 0.5, .lexical = 0.5});
  queries.push_back({.candidates = {{.document = 1, .dense = 1}}, .gains = {}});
  const auto fitted = fit_fusion(queries, {}).value();
  EXPECT_EQ(fitted.queries, 20U);
  EXPECT_EQ(fitted.unjudged, 1U);
}

TEST(Fit, TheSameQueriesGiveTheSameFit) {
  const auto queries = made_queries(20, {.dense = 0.3, .lexical = 0.4});
  EXPECT_EQ(to_string(fit_fusion(queries, {}).value()), to_string(fit_fusion(queries, {}).value()));
}

TEST(Fit, BadInputIsRefused) {
  const auto refused = [](std::vector<JudgedQuery> queries, FitOptions options) {
    const auto fitted = fit_fusion(queries, options);
    return !fitted.ok() && fitted.error().code() == Code::invalid_argument;
  };
  const auto good = made_queries(10, {.dense = 0.3, .lexical = 0.4});
  EXPECT_TRUE(refused(made_queries(4, {}), {}));
  EXPECT_TRUE(refused(good, {.folds = 1}));
  EXPECT_TRUE(refused(good, {.folds = 11}));
  EXPECT_TRUE(refused(good, {.usual = {.alpha = 2}}));
  EXPECT_TRUE(refused(good, {.bootstrap = {.draws = 0}}));
  auto bad = good;
  bad[3].candidates[2].dense = std::nanf("");
  EXPECT_TRUE(refused(bad, {}));
  bad = good;
  bad[3].candidates[2] = bad[3].candidates[1];
  EXPECT_TRUE(refused(bad, {}));
  bad = good;
  bad[3].gains.push_back(std::nan(""));
  EXPECT_TRUE(refused(bad, {}));
}

TEST(Bootstrap, TheIntervalHoldsTheMeanAndNarrowsWithMore) {
  RandomDraw draw(31);
  std::vector<double> differences;
  double width_before = 1;
  for (const size_t count : {20U, 200U, 2000U}) {
    while (differences.size() < count) differences.push_back(uniform(draw));
    const Interval interval = bootstrap_mean(differences);
    EXPECT_LT(interval.low, 0.5 + 0.2);
    EXPECT_GT(interval.high, 0.5 - 0.2);
    EXPECT_LT(interval.high - interval.low, width_before);
    width_before = interval.high - interval.low;
    // 1.96 · sigma / sqrt(n), sigma of a uniform draw is 1/sqrt(12).
    EXPECT_NEAR(width_before, 2 * 1.96 / std::sqrt(12.0 * static_cast<double>(count)), 0.3 * width_before);
  }
}

TEST(Bootstrap, OneDifferenceIsItsOwnInterval) {
  const std::vector<double> one = {0.25};
  EXPECT_EQ(bootstrap_mean(one).low, 0.25);
  EXPECT_EQ(bootstrap_mean(one, {.draws = 1}).high, 0.25);
}

}  // namespace
}  // namespace vicinal::retrieve
