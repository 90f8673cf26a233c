#include "model/outlying_weights.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <random>
#include <vector>

namespace vicinal::model {
namespace {

kernels::bf16 narrowed(float x) { return static_cast<kernels::bf16>(std::bit_cast<uint32_t>(x) >> 16); }

TEST(OutlyingWeights, TheWeightsThatCostMostAreTaken) {
  std::vector<float> w = {0.5F, -0.25F, 0.5F, 0.25F,    // two equal maxima: taking one gains nothing
                          8.0F, 0.25F,  0.5F, -0.125F,  // the largest gain
                          1.0F, -4.0F,  0.5F, 2.0F};    // the second, then the third
  std::array<OutlyingWeight, 3> out;
  take_outlying_weights(w.data(), 3, 4, out);
  EXPECT_EQ(w, (std::vector<float>{0.5F, -0.25F, 0.5F, 0.25F, 0, 0.25F, 0.5F, -0.125F, 1.0F, 0, 0.5F, 0}));
  EXPECT_EQ(out[0].value, 8.0F);
  EXPECT_EQ(out[1].value, -4.0F);
  EXPECT_EQ(out[2].value, 2.0F);
}

TEST(OutlyingWeights, APartAndTheRestMakeTheWholeProduct) {
  constexpr size_t kN = 24, kK = 40, kM = 5;
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  std::vector<float> w(kN * kK);
  for (float& value : w) value = normal(random);
  std::vector<kernels::bf16> x(kM * kK);
  for (kernels::bf16& value : x) value = narrowed(normal(random));
  const std::vector<float> whole = w;
  std::array<OutlyingWeight, 64> out;
  take_outlying_weights(w.data(), kN, kK, out);
  std::vector<float> y(kM * kN, 0.0F);
  add_outlying(out, {x.data(), kK}, kM, {y.data(), kN});
  for (size_t m = 0; m < kM; ++m) {
    for (size_t n = 0; n < kN; ++n) {
      double expected = 0.0;
      double rest = 0.0;
      for (size_t k = 0; k < kK; ++k) {
        const double input = std::bit_cast<float>(uint32_t{x[m * kK + k]} << 16);
        expected += whole[n * kK + k] * input;
        rest += w[n * kK + k] * input;
      }
      EXPECT_NEAR(rest + y[m * kN + n], expected, 1e-5);
    }
  }
}

TEST(OutlyingWeights, AMatrixWithFewerWeightsGivesWhatItHas) {
  std::vector<float> w = {0.0F, 3.0F, 0.0F, 0.0F};
  std::array<OutlyingWeight, 4> out;
  take_outlying_weights(w.data(), 2, 2, out);
  EXPECT_EQ(w, std::vector<float>(4, 0.0F));
  float sum = 0.0F;
  for (const OutlyingWeight& o : out) sum += o.value;
  EXPECT_EQ(sum, 3.0F);
}

}  // namespace
}  // namespace vicinal::model
