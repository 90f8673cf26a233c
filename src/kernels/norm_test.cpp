// LayerNorm and quantisation of rows at every level of this machine against their definitions in double precision.

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "kernels/table.h"

namespace vicinal::kernels {
namespace {

const std::vector<size_t> kWidths = {1, 7, 8, 15, 16, 17, 31, 64, 100, 384, 385, 768, 4300};

std::vector<float> random_rows(size_t count, unsigned seed, float mean = 0.3F, float spread = 2.0F) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(mean, spread);
  std::vector<float> x(count);
  for (float& value : x) value = normal(random);
  return x;
}

struct Fixture {
  static constexpr size_t kRows = 3;
  size_t width, ld;
  std::vector<float> x, gamma, beta;

  explicit Fixture(size_t w)
      : width(w),
        ld(w + 3),
        x(random_rows(kRows * ld, 1)),
        gamma(random_rows(w, 2, 1.0F, 0.2F)),
        beta(random_rows(w, 3, 0.0F, 0.5F)) {}

  LayerNorm task() {
    LayerNorm n;
    n.x = x.data();
    n.ldx = ld;
    n.m = kRows;
    n.width = width;
    n.gamma = gamma.data();
    n.beta = beta.data();
    return n;
  }

  std::vector<double> expected(size_t row) const {
    const float* v = x.data() + row * ld;
    double mean = 0.0;
    double variance = 0.0;
    for (size_t j = 0; j < width; ++j) mean += v[j] / static_cast<double>(width);
    for (size_t j = 0; j < width; ++j) variance += (v[j] - mean) * (v[j] - mean) / static_cast<double>(width);
    std::vector<double> y;
    for (size_t j = 0; j < width; ++j) y.push_back((v[j] - mean) / std::sqrt(variance + 1e-12) * gamma[j] + beta[j]);
    return y;
  }
};

TEST(LayerNorm, MatchesTheFormula) {
  for (const Table* table : available()) {
    for (const size_t width : kWidths) {
      SCOPED_TRACE(std::string(table->level) + " width " + std::to_string(width));
      Fixture f(width);
      std::vector<float> out(Fixture::kRows * f.ld, -77.0F);
      std::vector<bf16> half(Fixture::kRows * f.ld, 0x1234);
      LayerNorm n = f.task();
      n.out_f32 = out.data();
      n.ld_f32 = f.ld;
      n.out_bf16 = half.data();
      n.ld_bf16 = f.ld;
      table->layer_norm(n);
      for (size_t row = 0; row < Fixture::kRows; ++row) {
        const std::vector<double> y = f.expected(row);
        for (size_t j = 0; j < width; ++j) {
          const double value = out[row * f.ld + j];
          EXPECT_NEAR(value, y[j], 4e-6 * (1.0 + std::fabs(y[j])));
          EXPECT_NEAR(std::bit_cast<float>(uint32_t{half[row * f.ld + j]} << 16), value,
                      0x1p-8 * std::fabs(value) + 1e-30);
        }
        for (size_t j = width; j < f.ld; ++j) {
          EXPECT_EQ(out[row * f.ld + j], -77.0F);
          EXPECT_EQ(half[row * f.ld + j], 0x1234);
        }
      }
    }
  }
}

TEST(LayerNorm, WorksInPlace) {
  for (const Table* table : available()) {
    Fixture f(384);
    std::vector<float> apart(Fixture::kRows * f.ld);
    LayerNorm n = f.task();
    n.out_f32 = apart.data();
    n.ld_f32 = f.ld;
    table->layer_norm(n);
    n.out_f32 = f.x.data();
    table->layer_norm(n);
    for (size_t row = 0; row < Fixture::kRows; ++row)
      for (size_t j = 0; j < f.width; ++j) EXPECT_EQ(f.x[row * f.ld + j], apart[row * f.ld + j]) << table->level;
  }
}

TEST(LayerNorm, QuantisesItsResultAsQuantizeRowsWould) {
  for (const Table* table : available()) {
    for (const size_t width : kWidths) {
      SCOPED_TRACE(std::string(table->level) + " width " + std::to_string(width));
      Fixture f(width);
      std::vector<float> y(Fixture::kRows * f.ld);
      std::vector<uint8_t> fused(Fixture::kRows * f.ld, 9), apart(Fixture::kRows * f.ld, 9);
      std::vector<float> scale(Fixture::kRows), scale2(Fixture::kRows);
      std::vector<int32_t> zero(Fixture::kRows), zero2(Fixture::kRows);
      LayerNorm n = f.task();
      n.out_f32 = y.data();
      n.ld_f32 = f.ld;
      n.out_u8 = fused.data();
      n.ld_u8 = f.ld;
      n.scale = scale.data();
      n.zero = zero.data();
      table->layer_norm(n);
      table->quantize_rows({.x_f32 = y.data(),
                            .x_bf16 = nullptr,
                            .ldx = f.ld,
                            .m = Fixture::kRows,
                            .width = width,
                            .q = apart.data(),
                            .ldq = f.ld,
                            .scale = scale2.data(),
                            .zero = zero2.data()});
      EXPECT_EQ(fused, apart);
      EXPECT_EQ(scale, scale2);
      EXPECT_EQ(zero, zero2);
    }
  }
}

/// The rotation of QuantizeRows by its formula.
std::vector<float> rotated(const std::vector<float>& x) {
  std::vector<float> y = x;
  for (size_t i = 0; i < x.size() / kRotationWidth * kRotationWidth; ++i) {
    double sum = 0.0;
    for (size_t j = i / kRotationWidth * kRotationWidth; j <= (i | (kRotationWidth - 1)); ++j) {
      if ((i & 12) == (j & 12))
        sum += std::popcount(i & j & (kRotationWidth - 1) & ~size_t{12}) % 2 == 0 ? x[j] : -x[j];
    }
    y[i] = static_cast<float>(sum);
  }
  for (size_t i = x.size() / kRotationWidth * kRotationWidth; i < x.size(); ++i) y[i] *= kUnrotatedFactor;
  return y;
}

TEST(QuantizeRows, IsOffByAStepAtMost) {
  for (const Table* table : available()) {
    for (const size_t width : kWidths) {
      SCOPED_TRACE(std::string(table->level) + " width " + std::to_string(width));
      const std::vector<float> x = random_rows(width, 5);
      std::vector<uint8_t> q(width);
      float scale = 0.0F;
      int32_t zero = -1;
      table->quantize_rows({.x_f32 = x.data(),
                            .x_bf16 = nullptr,
                            .ldx = width,
                            .m = 1,
                            .width = width,
                            .q = q.data(),
                            .ldq = width,
                            .scale = &scale,
                            .zero = &zero});
      const std::vector<float> y = rotated(x);
      for (size_t j = 0; j < width; ++j) EXPECT_NEAR(scale * static_cast<float>(q[j] - zero), y[j], scale * 1.01F);
    }
  }
}

TEST(QuantizeRows, EqualsScalarForFloatAndBf16) {
  const Table& scalar = *available().front();
  for (const Table* table : available()) {
    for (const size_t width : kWidths) {
      SCOPED_TRACE(std::string(table->level) + " width " + std::to_string(width));
      const std::vector<float> x = random_rows(width, 6);
      std::vector<bf16> half(width);
      scalar.f32_to_bf16(x.data(), half.data(), width);
      for (const bool narrow : {false, true}) {
        std::vector<uint8_t> a(width), b(width);
        float scale[2] = {};
        int32_t zero[2] = {};
        QuantizeRows task{.x_f32 = narrow ? nullptr : x.data(),
                          .x_bf16 = narrow ? half.data() : nullptr,
                          .ldx = width,
                          .m = 1,
                          .width = width,
                          .q = a.data(),
                          .ldq = width,
                          .scale = &scale[0],
                          .zero = &zero[0]};
        scalar.quantize_rows(task);
        task.q = b.data();
        task.scale = &scale[1];
        task.zero = &zero[1];
        table->quantize_rows(task);
        EXPECT_EQ(a, b);
        EXPECT_EQ(scale[0], scale[1]);
        EXPECT_EQ(zero[0], zero[1]);
      }
    }
  }
}

TEST(QuantizeRows, ARowOfZerosHasScaleOne) {
  for (const Table* table : available()) {
    const std::vector<float> x(40, 0.0F);
    std::vector<uint8_t> q(40, 7);
    float scale = 0.0F;
    int32_t zero = 9;
    table->quantize_rows({.x_f32 = x.data(),
                          .x_bf16 = nullptr,
                          .ldx = 40,
                          .m = 1,
                          .width = 40,
                          .q = q.data(),
                          .ldq = 40,
                          .scale = &scale,
                          .zero = &zero});
    EXPECT_EQ(scale, 1.0F) << table->level;
    EXPECT_EQ(zero, 0);
    EXPECT_EQ(q, std::vector<uint8_t>(40, 0));
  }
}

}  // namespace
}  // namespace vicinal::kernels
