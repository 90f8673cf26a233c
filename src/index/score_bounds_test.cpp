// Bounds from codes: the exact score lies between them, and no row that could reach a score is left out.

#include "index/score_bounds.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "index/exact_score.h"
#include "kernels/table.h"

namespace vicinal::index {
namespace {

struct Coded {
  std::vector<uint8_t> codes;
  RowFacts facts;
};

Coded encode(std::span<const float> row) {
  Coded coded = {std::vector<uint8_t>(code_width(row.size())), {}};
  coded.facts = encode_row(row, coded.codes);
  return coded;
}

std::vector<float> random_vector(std::mt19937& random, size_t dimensions, float size) {
  std::normal_distribution<float> normal;
  std::vector<float> v(dimensions);
  for (float& x : v) x = size * normal(random);
  return v;
}

bool selected(const ScoreBounds& bounds, double least, float dot, const RowFacts& facts) {
  uint64_t word = 0;
  kernels::SelectRows select = {&dot, &facts.scale, &facts.error, &facts.norm, 1};
  select.selected = &word;
  bounds.aim(least, select);
  kernels::active().select_rows(select);
  return word == 1;
}

TEST(RowCode, FactsBoundTheRowAndWhatItsCodesLeaveOut) {
  std::mt19937 random(1);
  for (const size_t dimensions : {1, 64, 65, 1000}) {
    for (const float size : {1e-14F, 1e-6F, 1.0F, 1e10F}) {
      const auto row = random_vector(random, dimensions, size);
      const Coded coded = encode(row);
      double square = 0, rest = 0;
      for (size_t i = 0; i < dimensions; ++i) {
        const double left = double{row[i]} - double{coded.facts.scale} * (coded.codes[i] - 128);
        square += double{row[i]} * double{row[i]}, rest += left * left;
      }
      EXPECT_GE(coded.facts.norm, std::sqrt(square));
      EXPECT_LE(coded.facts.norm, std::sqrt(square) * (1 + 0x1p-22));
      EXPECT_GE(coded.facts.error, std::sqrt(rest));
      EXPECT_LE(coded.facts.error, 0.02 * std::sqrt(square));
      for (size_t i = dimensions; i < coded.codes.size(); ++i) EXPECT_EQ(coded.codes[i], 128);
    }
  }
}

TEST(RowCode, ARowOutsideOfTheRangeIsBoundByNothing) {
  for (const float x : {1e-20F, 1e20F}) {
    const Coded coded = encode(std::vector<float>(64, x));
    EXPECT_TRUE(std::isinf(coded.facts.error));
    EXPECT_EQ(coded.facts.norm, 0);
  }
  EXPECT_EQ(encode(std::vector<float>(64, 0.0F)).facts.error, 0);
  EXPECT_FALSE(QueryCodes(std::vector<float>(64, 0.0F)).usable());
  EXPECT_FALSE(QueryCodes(std::vector<float>(64, 1e20F)).usable());
}

void check_pair(std::span<const float> query, std::span<const float> row, Metric metric) {
  const QueryCodes codes(query);
  const Coded coded = encode(row);
  const ScoreBounds bounds(codes, query.size(), metric);
  float dot = 0;
  const kernels::QueryCode code = codes.view();
  kernels::active().dot_codes({&code, 1, coded.codes.data(), coded.codes.size(), 1, &dot, 1});
  const double key = bounds.key(ExactScorer(query, metric).row(row));
  const ScoreBounds::Range range = bounds.range(dot, coded.facts);
  ASSERT_LE(range.lower, key) << metric_name(metric);
  ASSERT_GE(range.upper, key) << metric_name(metric);
  ASSERT_TRUE(selected(bounds, key, dot, coded.facts)) << metric_name(metric);
  if (std::isinf(coded.facts.error)) return;
  // And the bounds are worth something: a row is not taken for a score far beyond it.
  const double unit = metric == Metric::cosine ? 1 : codes.norm() * coded.facts.norm;
  const double square = metric == Metric::l2 ? codes.norm() * codes.norm() + coded.facts.norm * coded.facts.norm : 0;
  ASSERT_LE(range.upper - range.lower, 0.04 * unit + 1e-3 * square) << metric_name(metric);
  ASSERT_FALSE(selected(bounds, range.upper + 0.01 * (unit + square), dot, coded.facts)) << metric_name(metric);
}

TEST(ScoreBounds, HoldForVectorsOfEverySizeAndDirection) {
  std::mt19937 random(2);
  for (const size_t dimensions : {64, 100, 384}) {
    for (int i = 0; i < 3000; ++i) {
      const auto size = [&] { return std::ldexp(1.0F, static_cast<int>(random() % 60) - 30); };
      const auto query = random_vector(random, dimensions, size());
      auto row = random_vector(random, dimensions, size());
      const int kind = i % 4;  // 1: nearly the query; 2: the query; 3: against it
      for (size_t j = 0; kind > 0 && j < dimensions; ++j)
        row[j] = kind == 1 ? query[j] + 1e-4F * row[j] : kind == 2 ? query[j] : -3 * query[j];
      for (const Metric metric : {Metric::cosine, Metric::dot, Metric::l2})
        ASSERT_NO_FATAL_FAILURE(check_pair(query, row, metric)) << dimensions << " " << i;
    }
  }
}

}  // namespace
}  // namespace vicinal::index
