// Attention at every level of this machine against the formula in double precision.
//
// Tolerances. The result is a weighted mean of values of magnitude about 1, so errors count absolutely. In float, sums
// of n and head_dim products and an exponential good to a few ulp stay under 2e-6. bf16 inputs are exact to the
// reference; probabilities and results are rounded to bf16, 2^-8 of their magnitude each. int8 makes bytes of bf16
// inputs: a score of magnitude 1 is off by up to 0.05, and with it all weights of a short sequence.

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "kernels/table.h"

namespace vicinal::kernels {
namespace {

constexpr float kSentinel = -77.0F;
constexpr size_t kGap = 5;  // elements after each row that must stay as they are

float widen(float x) { return x; }
float widen(bf16 x) { return std::bit_cast<float>(uint32_t{x} << 16); }
void narrow(float x, float& out) { out = x; }
void narrow(float x, bf16& out) { active().f32_to_bf16(&x, &out, 1); }

struct Shape {
  size_t n, heads, head_dim;
};

struct Free {
  void operator()(void* p) const { std::free(p); }
};

enum class Bias { none, relative };

template <class T>
struct Problem {
  Shape s;
  size_t width, ld;
  std::vector<T> qkv;
  std::vector<float> bias;  ///< [heads, 2n − 1] by distance, and nothing beyond that may be read; empty: none

  Problem(const Shape& shape, float spread, Bias with = Bias::none)
      : s(shape), width(s.heads * s.head_dim), ld(3 * width + kGap) {
    std::mt19937 random(static_cast<unsigned>(s.n * 131 + s.heads * 17 + s.head_dim));
    std::normal_distribution<float> normal(0.0F, spread);
    qkv.resize(s.n * ld);
    for (T& x : qkv) narrow(normal(random), x);
    if (with == Bias::relative) bias.resize(s.heads * (2 * s.n - 1));
    for (float& x : bias) x = 3.0F * normal(random);
  }

  float scale() const { return 1.0F / std::sqrt(static_cast<float>(s.head_dim)); }
  double bias_at(size_t head, size_t query, size_t key) const {
    return bias.empty() ? 0.0 : bias[head * (2 * s.n - 1) + s.n - 1 + key - query];
  }
  double at(size_t part, size_t row, size_t column) const { return widen(qkv[row * ld + part * width + column]); }
};

enum class Precision { of_type, int8 };

template <class T>
std::vector<T> run(const Table& table, const Problem<T>& p, Precision precision = Precision::of_type) {
  const size_t bytes = table.attention_scratch_bytes(p.s.n, p.s.heads, p.s.head_dim);
  const std::unique_ptr<void, Free> scratch(std::aligned_alloc(64, (bytes + 63) / 64 * 64));
  std::vector<T> out(p.s.n * (p.width + kGap));
  for (T& x : out) narrow(kSentinel, x);
  Attention<T> a;
  a.q = p.qkv.data();
  a.k = a.q + p.width;
  a.v = a.k + p.width;
  a.ld_qkv = p.ld;
  a.out = out.data();
  a.ld_out = p.width + kGap;
  a.n = p.s.n;
  a.heads = p.s.heads;
  a.head_dim = p.s.head_dim;
  a.scale = p.scale();
  if (!p.bias.empty()) a.relative_bias = p.bias.data() + p.s.n - 1;
  a.ld_bias = 2 * p.s.n - 1;
  a.scratch = scratch.get();
  if constexpr (std::is_same_v<T, float>) {
    table.attention_f32(a);
  } else {
    precision == Precision::int8 ? table.attention_int8(a) : table.attention_bf16(a);
  }
  return out;
}

template <class T>
std::vector<double> weights_of(const Problem<T>& p, size_t head, size_t query) {
  std::vector<double> weights;
  double highest = -INFINITY;
  for (size_t key = 0; key < p.s.n; ++key) {
    double score = 0.0;
    for (size_t c = head * p.s.head_dim; c < (head + 1) * p.s.head_dim; ++c)
      score += p.at(0, query, c) * p.at(1, key, c);
    weights.push_back(score * p.scale() + p.bias_at(head, query, key));
    highest = std::max(highest, weights.back());
  }
  double sum = 0.0;
  for (double& w : weights) sum += w = std::exp(w - highest);
  for (double& w : weights) w /= sum;
  return weights;
}

template <class T>
void check(const Table& table, const Shape& s, float spread, double tolerance, Bias bias = Bias::none,
           Precision precision = Precision::of_type) {
  SCOPED_TRACE(std::string(table.level) + " n " + std::to_string(s.n) + " heads " + std::to_string(s.heads) + " of " +
               std::to_string(s.head_dim));
  const Problem<T> p(s, spread, bias);
  const std::vector<T> out = run(table, p, precision);
  const size_t ld = p.width + kGap;
  double worst = 0.0;
  for (size_t row = 0; row < s.n; ++row) {
    for (size_t head = 0; head < s.heads; ++head) {
      const std::vector<double> weights = weights_of(p, head, row);
      for (size_t c = head * s.head_dim; c < (head + 1) * s.head_dim; ++c) {
        double expected = 0.0;
        for (size_t key = 0; key < s.n; ++key) expected += weights[key] * p.at(2, key, c);
        worst = std::max(worst, std::fabs(widen(out[row * ld + c]) - expected));
      }
    }
    for (size_t c = p.width; c < ld; ++c) ASSERT_EQ(widen(out[row * ld + c]), kSentinel) << "row " << row;
  }
  EXPECT_LE(worst, tolerance * spread);
}

const std::vector<Shape> kShapes = {{1, 1, 32},   {2, 2, 32},   {7, 3, 32},   {16, 2, 32}, {17, 2, 64},
                                    {31, 1, 24},  {32, 2, 32},  {33, 1, 64},  {48, 2, 40}, {65, 1, 96},
                                    {100, 2, 20}, {129, 1, 32}, {257, 1, 64}, {13, 2, 7}};

/// Long enough for bytes, with a last panel of each size.
const std::vector<Shape> kLongShapes = {{48, 2, 32},  {63, 1, 32},  {64, 2, 32}, {65, 1, 64},
                                        {81, 2, 24},  {100, 2, 20}, {129, 1, 7}, {166, 1, 96},
                                        {257, 2, 40}, {512, 1, 32}, {50, 1, 300}};

TEST(Attention, MatchesTheFormulaInFloat) {
  for (const Table* table : available())
    for (const Shape& s : kShapes) check<float>(*table, s, 1.0F, 2e-6);
}

TEST(Attention, MatchesTheFormulaInBf16) {
  for (const Table* table : available())
    for (const Shape& s : kShapes) check<bf16>(*table, s, 1.0F, 0x1p-7);
}

TEST(Attention, MatchesTheFormulaInInt8) {
  for (const Table* table : available())
    for (const Shape& s : kLongShapes) check<bf16>(*table, s, 1.0F, 0.12, Bias::none, Precision::int8);
}

TEST(Attention, AddsABiasByDistanceInInt8) {
  for (const Table* table : available())
    for (const Shape& s : kLongShapes) check<bf16>(*table, s, 1.0F, 0.2, Bias::relative, Precision::int8);
}

// Heads whose scores are too large for 16 bits are worked on in bf16.
TEST(Attention, HoldsForLargeScoresInInt8) {
  for (const Table* table : available()) {
    check<bf16>(*table, {70, 2, 32}, 12.0F, 0.1, Bias::none, Precision::int8);
    for (const float spread : {1e3F, 1e9F, 1e18F}) {
      for (const bf16 x : run(*table, Problem<bf16>({70, 2, 32}, spread), Precision::int8))
        EXPECT_TRUE(std::isfinite(widen(x))) << table->level << " spread " << spread;
    }
  }
}

// One key outweighs each of 499 others 600 times, and together they weigh nearly as much: weights that are rounded to
// bytes one by one would all be 0.
TEST(Attention, ManySmallWeightsKeepTheirSumInInt8) {
  for (const Table* table : available()) {
    Problem<bf16> p({500, 1, 32}, 0.0F);
    for (size_t row = 0; row < p.s.n; ++row) {
      bf16* const at = p.qkv.data() + row * p.ld;
      narrow(1.0F, at[0]);
      narrow(row == 3 ? 6.4F / p.scale() : 0.0F, at[p.width]);
      narrow(row == 3 ? 0.0F : 1.0F, at[2 * p.width]);
    }
    const std::vector<bf16> out = run(*table, p, Precision::int8);
    const double expected = 499.0 / (499.0 + std::exp(widen(p.qkv[3 * p.ld + p.width]) * p.scale()));
    for (size_t row = 0; row < p.s.n; ++row)
      EXPECT_NEAR(widen(out[row * (p.width + kGap)]), expected, 0.02) << table->level << " row " << row;
  }
}

TEST(Attention, NotANumberStaysInInt8) {
  for (const Table* table : available()) {
    for (const size_t part : {0U, 1U, 2U}) {
      Problem<bf16> p({64, 1, 32}, 1.0F);
      p.qkv[9 * p.ld + part * p.width + 5] = 0x7FC0;
      bool found = false;
      for (const bf16 x : run(*table, p, Precision::int8)) found = found || std::isnan(widen(x));
      EXPECT_TRUE(found) << table->level << " part " << part;
    }
  }
}

// Scores of magnitude 10 round to 1e-6; and one key often takes most of the weight, so that results are as large as the
// largest values, 3 to 4.
TEST(Attention, AddsABiasByDistance) {
  for (const Table* table : available()) {
    for (const Shape& s : kShapes) {
      check<float>(*table, s, 1.0F, 4e-6, Bias::relative);
      check<bf16>(*table, s, 1.0F, 0x1p-6, Bias::relative);
    }
  }
}

// Scores in the hundreds, whose own rounding moves a weight by 1e-4: one key takes all of it, and nothing overflows.
TEST(Attention, HoldsForLargeScores) {
  for (const Table* table : available()) check<float>(*table, {40, 2, 32}, 12.0F, 1e-4);
}

// The largest score, scaled, may lie above its own rounding by more than a float's exponent: nothing may wrap round.
TEST(Attention, HoldsForScoresOfAnySize) {
  for (const Table* table : available()) {
    for (const float spread : {1e3F, 1e5F, 1e7F}) {
      const Problem<float> p({40, 2, 32}, spread);
      for (const float x : run(*table, p)) EXPECT_TRUE(std::isfinite(x)) << table->level << " spread " << spread;
    }
  }
}

TEST(Attention, EqualKeysShareTheWeightEqually) {
  for (const Table* table : available()) {
    Problem<float> p({21, 1, 32}, 1.0F);
    for (size_t row = 0; row < p.s.n; ++row)
      for (size_t c = 0; c < 32; ++c) p.qkv[row * p.ld + p.width + c] = 0.25F;
    const std::vector<float> out = run(*table, p);
    for (size_t c = 0; c < 32; ++c) {
      double mean = 0.0;
      for (size_t row = 0; row < p.s.n; ++row) mean += p.at(2, row, c) / static_cast<double>(p.s.n);
      EXPECT_NEAR(out[c], mean, 1e-6) << table->level;
    }
  }
}

}  // namespace
}  // namespace vicinal::kernels
