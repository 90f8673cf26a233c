// The scan of int8 codes: every level gives the bits that the formulas give.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "kernels/table.h"

namespace vicinal::kernels {
namespace {

struct Problem {
  Problem(size_t width, size_t rows, size_t queries, bool extreme) : width(width), rows(rows), codes(width * rows) {
    std::mt19937 random(static_cast<unsigned>(width + rows));
    for (uint8_t& code : codes) code = static_cast<uint8_t>(extreme ? (random() % 2) * 254 + 1 : random() % 255 + 1);
    for (size_t q = 0; q < 2 * queries; ++q) {
      bytes.emplace_back(width);
      for (int8_t& x : bytes.back())
        x = static_cast<int8_t>(extreme ? (random() % 8 == 0 ? -64 : 64) : static_cast<int>(random() % 129) - 64);
    }
    for (size_t q = 0; q < queries; ++q)
      codes_of_queries.push_back(
          {bytes[2 * q].data(), bytes[2 * q + 1].data(), 128 * sum(bytes[2 * q]), 128 * sum(bytes[2 * q + 1])});
  }
  static int32_t sum(const std::vector<int8_t>& x) {
    int32_t total = 0;
    for (const int8_t value : x) total += value;
    return total;
  }
  float expected(size_t q, size_t row) const {
    int64_t high = 0, low = 0;
    for (size_t i = 0; i < width; ++i) {
      high += bytes[2 * q][i] * (codes[row * width + i] - 128);
      low += bytes[2 * q + 1][i] * (codes[row * width + i] - 128);
    }
    return std::fma(128.0F, static_cast<float>(high), static_cast<float>(low));
  }

  size_t width, rows;
  std::vector<uint8_t> codes;
  std::vector<std::vector<int8_t>> bytes;
  std::vector<QueryCode> codes_of_queries;
};

TEST(DotCodes, IsTheSumOfIntegersAtEveryLevel) {
  for (const Table* table : available()) {
    for (const size_t width : {64, 128, 192, 384, 448, 1024, 65536}) {
      for (const size_t rows : {1, 3, 4, 5, 7, 19}) {
        for (const size_t queries : {1, 3, 4, 5, 9}) {
          if (width > 1024 && rows * queries > 20) continue;
          const Problem problem(width, rows, queries, rows % 2 == 1);
          std::vector<float> dots(queries * (rows + 2), -77.0F);
          table->dot_codes(
              {problem.codes_of_queries.data(), queries, problem.codes.data(), width, rows, dots.data(), rows + 2});
          for (size_t q = 0; q < queries; ++q) {
            for (size_t row = 0; row < rows; ++row)
              ASSERT_EQ(dots[q * (rows + 2) + row], problem.expected(q, row))
                  << table->level << " width " << width << " rows " << rows << " query " << q << " row " << row;
            EXPECT_EQ(dots[q * (rows + 2) + rows], -77.0F) << table->level;
          }
        }
      }
    }
  }
}

TEST(SelectRows, TakesTheSameRowsAtEveryLevelAndNothingBehindThem) {
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  for (const size_t rows : {1, 7, 8, 15, 16, 17, 63, 64, 65, 130, 200}) {
    std::vector<float> dots(rows), scale(rows), error(rows), norm(rows);
    for (size_t i = 0; i < rows; ++i) {
      dots[i] = std::round(normal(random) * 1e5F), scale[i] = std::fabs(normal(random)) * 1e-3F;
      error[i] = i % 11 == 0 ? std::numeric_limits<float>::infinity() : std::fabs(normal(random)) * 1e-2F;
      norm[i] = i % 11 == 0 ? 0.0F : 1.0F + normal(random) * 1e-2F;
    }
    for (const float threshold : {-1e30F, -1.0F, 0.0F, 0.3F, 1e30F}) {
      SelectRows select = {dots.data(), scale.data(), error.data(), norm.data(), rows,
                           1e-2F,       1.01F,        2e-3F,        -0.5F,       threshold};
      std::vector<std::vector<uint64_t>> selected;
      for (const Table* table : available()) {
        selected.emplace_back(rows / 64 + 2, 0xABCDU);
        select.selected = selected.back().data();
        table->select_rows(select);
        EXPECT_EQ(selected.back(), selected.front()) << table->level << " rows " << rows;
      }
      EXPECT_EQ(selected.front()[(rows + 63) / 64], 0xABCDU);
      if (rows % 64 != 0) EXPECT_EQ(selected.front()[rows / 64] >> (rows % 64), 0U);
      EXPECT_EQ(selected.front()[0] & 1, 1U) << "an infinite error is always taken";
    }
  }
}

}  // namespace
}  // namespace vicinal::kernels
