#include "retrieve/noise_floor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "retrieve/random_draw.h"

namespace vicinal::retrieve {
namespace {

/// Rows whose pairs score like a normal distribution: mean 0.2, sigma 0.1 (a sum of twelve draws).
PairScore bell_scores() {
  return [draw = RandomDraw(3)](size_t, size_t) mutable -> Result<float> {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(draw.below(1 << 20)) / (1 << 20);
    return static_cast<float>(0.2 + 0.1 * sum);
  };
}

NoiseFloor bell_floor() { return fit_noise_floor(1000, bell_scores()).value(); }

TEST(NoiseFloor, IsFittedOnRandomPairs) {
  const NoiseFloor floor = bell_floor();
  EXPECT_EQ(floor.rows, 1000U);
  EXPECT_EQ(floor.pairs, PairSample().pairs);
  EXPECT_NEAR(floor.mean, 0.2, 0.005);  // five standard errors of 10,000 pairs
  EXPECT_NEAR(floor.sigma, 0.1, 0.005);
  EXPECT_NEAR(floor.quantiles[9], 0.2 + 2.326 * 0.1, 0.02);
}

TEST(NoiseFloor, TheSameSeedDrawsTheSamePairsAndNeverARowWithItself) {
  std::vector<std::pair<size_t, size_t>> drawn[2];
  for (auto& pairs : drawn) {
    const auto record = [&pairs](size_t a, size_t b) -> Result<float> {
      EXPECT_NE(a, b);
      pairs.emplace_back(a, b);
      return 0.5F;
    };
    EXPECT_TRUE(fit_noise_floor(5000, record, {.pairs = 300, .seed = 9}).ok());
  }
  EXPECT_EQ(drawn[0], drawn[1]);
  EXPECT_EQ(drawn[0].size(), 300U);
}

TEST(NoiseFloor, FewRowsGiveAllPairsOnce) {
  std::set<std::pair<size_t, size_t>> seen;
  const auto record = [&seen](size_t a, size_t b) -> Result<float> {
    EXPECT_TRUE(seen.insert({a, b}).second);
    return 0.5F;
  };
  EXPECT_EQ(fit_noise_floor(141, record).value().pairs, 141U * 140 / 2);
  EXPECT_EQ(seen.size(), 141U * 140 / 2);
}

TEST(NoiseFloor, PercentileRisesFrom0To100) {
  const NoiseFloor floor = bell_floor();
  EXPECT_EQ(percentile(floor, -1), 0);
  EXPECT_EQ(percentile(floor, 1), 100);
  EXPECT_NEAR(percentile(floor, 0.2), 50, 2);
  double before = 0;
  for (double score = -0.5; score < 1; score += 0.001) {
    EXPECT_GE(percentile(floor, score), before);
    before = percentile(floor, score);
  }
  EXPECT_FALSE(above_noise(floor, 0.3));
  EXPECT_TRUE(above_noise(floor, 0.5));
}

TEST(NoiseFloor, PairsThatAreAllAlikeGiveNoBaseline) {
  const auto same = [](size_t, size_t) -> Result<float> { return 1.0F; };
  const NoiseFloor floor = fit_noise_floor(500, same).value();
  EXPECT_EQ(floor.sigma, 0);
  EXPECT_FALSE(baseline_of(floor).has_value());
  EXPECT_EQ(percentile(floor, 0.9), 0);
  EXPECT_EQ(percentile(floor, 1.0), 0);
  EXPECT_EQ(percentile(floor, 1.1), 100);
}

TEST(NoiseFloor, TooFewPairsGiveNoBaseline) {
  EXPECT_FALSE(baseline_of(fit_noise_floor(14, bell_scores()).value()).has_value());
  EXPECT_TRUE(baseline_of(fit_noise_floor(15, bell_scores()).value()).has_value());
}

TEST(NoiseFloor, CosinesOfRowsThatShareABuffer) {
  std::vector<float> buffer;
  const PairScore score = cosine_of([&buffer](size_t row) -> Result<std::span<const float>> {
    buffer = row == 0 ? std::vector<float>{1, 0} : std::vector<float>{1, 1};
    return std::span<const float>(buffer);
  });
  EXPECT_NEAR(score(0, 1).value(), std::sqrt(0.5), 1e-6);
  EXPECT_NEAR(score(1, 1).value(), 1, 1e-6);
}

TEST(NoiseFloor, BadInputIsRefused) {
  const auto fine = [](size_t, size_t) -> Result<float> { return 0.5F; };
  const auto nan = [](size_t, size_t) -> Result<float> { return std::nanf(""); };
  const auto broken = [](size_t, size_t) -> Result<float> { return Error(Code::io, "gone"); };
  EXPECT_EQ(fit_noise_floor(1, fine).error().code(), Code::invalid_argument);
  EXPECT_EQ(fit_noise_floor(9, fine, {.pairs = 0}).error().code(), Code::invalid_argument);
  EXPECT_EQ(fit_noise_floor(9, nan).error().code(), Code::invalid_argument);
  EXPECT_EQ(fit_noise_floor(9, broken).error().code(), Code::io);
  EXPECT_EQ(fit_probe_floor(std::vector<float>(7, 0.5F)).error().code(), Code::invalid_argument);
  EXPECT_EQ(fit_probe_floor(std::vector<float>(8, std::nanf(""))).error().code(), Code::invalid_argument);
}

TEST(NoiseFloor, IsWrittenAndReadBack) {
  NoiseFloor floor = bell_floor();
  for (int round = 0; round < 2; ++round) {
    const NoiseFloor read = parse_noise_floor(to_json(floor)).value();
    EXPECT_EQ(to_json(read), to_json(floor));
    EXPECT_EQ(read.quantiles, floor.quantiles);
    EXPECT_EQ(read.probes.has_value(), floor.probes.has_value());
    floor.probes = ProbeFloor{.probes = 50, .mean = 0.3, .sigma = 0.05};
  }
}

TEST(NoiseFloor, DamagedJsonIsRefusedWithItsPlace) {
  const std::string good = to_json(bell_floor());
  const auto refusal = [](const std::string& json) {
    const auto floor = parse_noise_floor(json);
    return floor.ok() ? std::string("accepted") : floor.error().what();
  };
  const auto changed = [&good](const std::string& from, const std::string& to) {
    std::string json = good;
    return json.replace(json.find(from), from.size(), to);
  };
  EXPECT_EQ(refusal(good), "accepted");
  EXPECT_THAT(refusal("{}"), testing::HasSubstr("at=schema"));
  EXPECT_THAT(refusal("[1]"), testing::HasSubstr("noise floor cannot be read"));
  EXPECT_THAT(refusal(changed("\"schema\":1", "\"schema\":2")), testing::StartsWith("unsupported"));
  EXPECT_THAT(refusal(changed("\"rows\":1000", "\"rows\":-1")), testing::HasSubstr("at=rows"));
  EXPECT_THAT(refusal(changed("\"pairs\"", "\"pears\"")), testing::HasSubstr("nearest=pairs"));
  EXPECT_THAT(refusal(changed("\"quantiles\":[", "\"quantiles\":[1,")), testing::HasSubstr("at=quantiles"));
  EXPECT_THAT(refusal(changed("\"sigma\":", "\"sigma\":-")), testing::HasSubstr("at=sigma"));
}

TEST(Probes, AreDifferentQuestions) {
  const auto questions = probe_questions();
  EXPECT_EQ(questions.size(), 50U);
  EXPECT_EQ(std::set<std::string_view>(questions.begin(), questions.end()).size(), questions.size());
}

TEST(Probes, AListAnswersWhenEitherArmRisesAboveTheNoise) {
  const ProbeFloor probes{.probes = 50, .mean = 0.25, .sigma = 0.06};
  EXPECT_TRUE(answers(probes, {.best_similarity = 0.6, .lexical_share = 0.0}));
  EXPECT_TRUE(answers(probes, {.best_similarity = 0.2, .lexical_share = 0.9}));
  EXPECT_FALSE(answers(probes, {.best_similarity = 0.25, .lexical_share = 0.1}));
  EXPECT_TRUE(answers(probes, {.best_similarity = 0.25}));
  EXPECT_FALSE(answers(probes, {.best_similarity = 0.15}));
}

TEST(Probes, ThatAreAllAlikeDivideByNothing) {
  const ProbeFloor probes = fit_probe_floor(std::vector<float>(8, 0.5F)).value();
  EXPECT_TRUE(std::isfinite(answer_strength(probes, {.best_similarity = 1})));
}

}  // namespace
}  // namespace vicinal::retrieve
