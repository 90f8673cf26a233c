// Conversions, elementwise functions and distances at every level of this machine against double precision.

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "kernels/table.h"

namespace vicinal::kernels {
namespace {

const std::vector<size_t> kLengths = {0, 1, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 100, 384, 1027};

std::vector<float> normals(size_t count, unsigned seed, float spread = 1.0F) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.0F, spread);
  std::vector<float> x(count);
  for (float& value : x) value = normal(random);
  return x;
}

/// Floats of every exponent, with the edges of every format.
std::vector<float> hard_floats() {
  std::vector<float> x = {0.0F,
                          -0.0F,
                          1.0F,
                          -1.0F,
                          65504.0F,
                          65519.9F,
                          65520.0F,
                          65536.0F,
                          6.1e-5F,
                          5.96e-8F,
                          2.98e-8F,
                          2.9e-8F,
                          1e-40F,
                          3.4e38F,
                          std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity(),
                          1.00390625F,
                          1.01171875F};
  std::mt19937 random(11);
  while (x.size() < 5000) {
    const float value = std::bit_cast<float>(static_cast<uint32_t>(random()));
    if (!std::isnan(value)) x.push_back(value);
  }
  return x;
}

TEST(Convert, Bf16RoundsToNearestEvenAtEveryLevel) {
  const std::vector<float> x = hard_floats();
  for (const Table* table : available()) {
    std::vector<bf16> narrow(x.size());
    table->f32_to_bf16(x.data(), narrow.data(), x.size());
    for (size_t i = 0; i < x.size(); ++i) {
      const auto bits = std::bit_cast<uint32_t>(x[i]);
      const bool subnormal = std::fpclassify(x[i]) == FP_SUBNORMAL;
      const auto expected = static_cast<bf16>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
      if (!subnormal) EXPECT_EQ(narrow[i], expected) << table->level << " " << x[i];
    }
    std::vector<float> wide(x.size());
    table->bf16_to_f32(narrow.data(), wide.data(), x.size());
    for (size_t i = 0; i < x.size(); ++i) EXPECT_EQ(std::bit_cast<uint32_t>(wide[i]), uint32_t{narrow[i]} << 16);
  }
}

TEST(Convert, NotANumberStaysSo) {
  const std::vector<float> x(20, std::numeric_limits<float>::quiet_NaN());
  for (const Table* table : available()) {
    std::vector<uint16_t> narrow(20);
    std::vector<float> wide(20);
    table->f32_to_bf16(x.data(), narrow.data(), 20);
    table->bf16_to_f32(narrow.data(), wide.data(), 20);
    for (const float value : wide) EXPECT_TRUE(std::isnan(value)) << table->level;
    table->f32_to_f16(x.data(), narrow.data(), 20);
    table->f16_to_f32(narrow.data(), wide.data(), 20);
    for (const float value : wide) EXPECT_TRUE(std::isnan(value)) << table->level;
  }
}

// _Float16 is the compiler's own conversion, in software where the machine has none.
TEST(Convert, F16EqualsTheCompilersConversion) {
  const std::vector<float> x = hard_floats();
  for (const Table* table : available()) {
    std::vector<uint16_t> narrow(x.size());
    table->f32_to_f16(x.data(), narrow.data(), x.size());
    std::vector<float> wide(x.size());
    table->f16_to_f32(narrow.data(), wide.data(), x.size());
    for (size_t i = 0; i < x.size(); ++i) {
      const auto expected = static_cast<_Float16>(x[i]);
      EXPECT_EQ(narrow[i], std::bit_cast<uint16_t>(expected)) << table->level << " " << x[i];
      EXPECT_EQ(wide[i], static_cast<float>(expected)) << table->level << " " << x[i];
    }
  }
}

double gelu(Activation activation, double x) {
  if (activation == Activation::gelu_erf) return 0.5 * x * (1.0 + std::erf(x / std::sqrt(2.0)));
  if (activation == Activation::gelu_tanh)
    return 0.5 * x * (1.0 + std::tanh(std::sqrt(2.0 / M_PI) * (x + 0.044715 * x * x * x)));
  return x;
}

TEST(Activate, MatchesTheFormulaOverTheWholeRange) {
  std::vector<float> x;
  for (int i = -12000; i <= 12000; ++i) x.push_back(static_cast<float>(i) * 1e-3F);
  for (const Table* table : available()) {
    for (const Activation activation : {Activation::none, Activation::gelu_erf, Activation::gelu_tanh}) {
      std::vector<float> y(x.size());
      table->activate(activation, x.data(), y.data(), x.size());
      for (size_t i = 0; i < x.size(); ++i) {
        const double expected = gelu(activation, x[i]);
        ASSERT_NEAR(y[i], expected, 5e-7 * (1.0 + std::fabs(expected))) << table->level << " x " << x[i];
      }
    }
  }
}

TEST(Softmax, SumsToOneAndMatchesTheFormula) {
  for (const Table* table : available()) {
    for (const size_t n : kLengths) {
      if (n == 0) continue;
      std::vector<float> x = normals(n, 3, 5.0F);
      const std::vector<float> scores = x;
      table->softmax(x.data(), n);
      double sum = 0.0;
      for (const float score : scores) sum += std::exp(static_cast<double>(score));
      for (size_t i = 0; i < n; ++i)
        EXPECT_NEAR(x[i], std::exp(static_cast<double>(scores[i])) / sum, 1e-6) << table->level;
    }
  }
}

TEST(MeanRows, AddsInRowOrder) {
  for (const Table* table : available()) {
    for (const size_t width : {1, 8, 17, 384}) {
      const size_t rows = 13, ld = width + 2;
      const std::vector<float> x = normals(rows * ld, 4);
      std::vector<float> out(width + 1, -77.0F);
      table->mean_rows(x.data(), ld, rows, width, out.data());
      for (size_t j = 0; j < width; ++j) {
        float sum = 0.0F;
        for (size_t row = 0; row < rows; ++row) sum += x[row * ld + j];
        EXPECT_EQ(out[j], sum / static_cast<float>(rows)) << table->level;
      }
      EXPECT_EQ(out[width], -77.0F);
    }
  }
}

TEST(Add3, AddsElementwise) {
  for (const Table* table : available()) {
    for (const size_t n : kLengths) {
      const std::vector<float> a = normals(n, 5), b = normals(n, 6), c = normals(n, 7);
      std::vector<float> out(n + 1, -77.0F);
      table->add3(a.data(), b.data(), c.data(), out.data(), n);
      for (size_t i = 0; i < n; ++i) EXPECT_EQ(out[i], a[i] + b[i] + c[i]) << table->level;
      EXPECT_EQ(out[n], -77.0F);
    }
  }
}

TEST(Distance, MatchesDoublePrecision) {
  for (const Table* table : available()) {
    for (const size_t d : kLengths) {
      SCOPED_TRACE(std::string(table->level) + " d " + std::to_string(d));
      const std::vector<float> a = normals(d, 8), b = normals(d, 9);
      double dot = 0.0, l2 = 0.0, l1 = 0.0, magnitude = 1e-30;
      for (size_t i = 0; i < d; ++i) {
        const double x = a[i], y = b[i];
        dot += x * y;
        l2 += (x - y) * (x - y);
        l1 += std::fabs(x - y);
        magnitude += std::fabs(x * y);
      }
      const double roundings = 0x1p-24 * (static_cast<double>(d) + 4.0);
      EXPECT_NEAR(table->dot_f32(a.data(), b.data(), d), dot, roundings * magnitude);
      EXPECT_NEAR(table->l2sq_f32(a.data(), b.data(), d), l2, roundings * l2);
      EXPECT_NEAR(table->l1_f32(a.data(), b.data(), d), l1, roundings * l1);
    }
  }
}

// What a scan finds must not depend on how the rows were grouped.
TEST(Distance, ManyRowsEqualPairsBitForBit) {
  for (const Table* table : available()) {
    for (const size_t d : kLengths) {
      for (const size_t rows : {1, 2, 3, 4, 5, 8, 13}) {
        const size_t stride = d + 3;
        const std::vector<float> query = normals(d, 10), data = normals(rows * stride, 11);
        std::vector<float> dot(rows), l2(rows), l1(rows);
        table->dot_rows_f32(query.data(), data.data(), stride, rows, d, dot.data());
        table->l2sq_rows_f32(query.data(), data.data(), stride, rows, d, l2.data());
        table->l1_rows_f32(query.data(), data.data(), stride, rows, d, l1.data());
        for (size_t row = 0; row < rows; ++row) {
          const float* x = data.data() + row * stride;
          EXPECT_EQ(dot[row], table->dot_f32(query.data(), x, d)) << table->level;
          EXPECT_EQ(l2[row], table->l2sq_f32(query.data(), x, d)) << table->level;
          EXPECT_EQ(l1[row], table->l1_f32(query.data(), x, d)) << table->level;
        }
      }
    }
  }
}

TEST(Distance, HammingCountsBits) {
  std::mt19937 random(12);
  for (const Table* table : available()) {
    for (const size_t bytes : kLengths) {
      std::vector<uint8_t> a(bytes), b(bytes);
      uint64_t expected = 0;
      for (size_t i = 0; i < bytes; ++i) {
        a[i] = static_cast<uint8_t>(random());
        b[i] = static_cast<uint8_t>(random());
        expected += static_cast<uint64_t>(std::popcount(static_cast<unsigned>(a[i] ^ b[i])));
      }
      EXPECT_EQ(table->hamming(a.data(), b.data(), bytes), expected) << table->level;
    }
  }
}

}  // namespace
}  // namespace vicinal::kernels
