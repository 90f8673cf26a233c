#include "index/metric.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace vicinal::index {
namespace {

using Vector = std::vector<float>;
constexpr Metric kAll[] = {Metric::cosine, Metric::dot, Metric::l2, Metric::l1};

TEST(Metric, EveryNameParsesToItsMetricAndOthersAreRefusedWithTheValidOnes) {
  for (Metric metric : kAll) EXPECT_EQ(parse_metric(metric_name(metric)).value(), metric);
  const auto wrong = parse_metric("euclid");
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().code(), Code::invalid_argument);
  EXPECT_NE(wrong.error().message().find("cosine, dot, l2, l1"), std::string::npos);
}

TEST(Metric, ValuesAreTheFormulas) {
  const Vector a = {1, 2, 2}, b = {3, 0, -4};
  EXPECT_NEAR(similarity(a, b, Metric::cosine).value(), -5.0 / 15.0, 1e-6);
  EXPECT_EQ(similarity(a, b, Metric::dot).value(), -5);
  EXPECT_NEAR(similarity(a, b, Metric::l2).value(), std::sqrt(44.0), 1e-6);
  EXPECT_EQ(similarity(a, b, Metric::l1).value(), 10);
}

TEST(Metric, TheZeroVectorHasCosineZeroToEveryVector) {
  EXPECT_EQ(similarity(Vector{0, 0}, Vector{1, 2}).value(), 0);
  EXPECT_EQ(similarity(Vector{0, 0}, Vector{0, 0}).value(), 0);
}

TEST(Metric, VectorsOfDifferentLengthsAreRefused) {
  const auto result = similarity(Vector{1}, Vector{1, 2});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), Code::invalid_argument);
}

TEST(Metric, HugeAndTinyVectorsGiveFiniteCorrectValues) {
  for (float scale : {1e-30F, 1e-20F, 1e20F, 1e30F}) {
    const Vector a = {3 * scale, 4 * scale}, b = {4 * scale, 3 * scale};
    EXPECT_NEAR(similarity(a, b).value(), 0.96, 1e-6) << scale;
    EXPECT_NEAR(similarity(a, a).value(), 1, 1e-6) << scale;
    for (Metric metric : kAll) EXPECT_TRUE(std::isfinite(similarity(a, b, metric).value())) << scale;
  }
  EXPECT_NEAR(similarity(Vector{3e30F, 4e30F}, Vector{0, 0}, Metric::l2).value() / 5e30, 1, 1e-6);
}

TEST(Metric, ScoresOfDistancesAreNegatedAndAnExactMatchScoresPlusZero) {
  EXPECT_EQ(score_from_metric(2, Metric::l2), -2);
  EXPECT_EQ(score_from_metric(2, Metric::dot), 2);
  EXPECT_FALSE(std::signbit(score_from_metric(0, Metric::l1)));
}

TEST(Metric, NotANumberAndInfinitiesAreFound) {
  EXPECT_TRUE(all_finite(Vector{0, -1, std::numeric_limits<float>::max(), std::numeric_limits<float>::denorm_min()}));
  EXPECT_FALSE(all_finite(Vector{0, std::numeric_limits<float>::quiet_NaN()}));
  EXPECT_FALSE(all_finite(Vector{0, -std::numeric_limits<float>::infinity(), 1}));
}

}  // namespace
}  // namespace vicinal::index
