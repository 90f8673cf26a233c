#include "cli/progress_line.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace vicinal::cli {
namespace {

Progress at(size_t done, double seconds, const char* stage = "embed") {
  return {.stage = stage, .done = done, .total = 100, .acknowledged = done / 2, .seconds = seconds, .note = {}};
}

TEST(ProgressLine, RateAndRestAreThoseOfTheStage) {
  ProgressRate rate;
  EXPECT_EQ(rate.update(at(20, 10)).rate, 0);
  const auto estimate = rate.update(at(60, 12));
  EXPECT_DOUBLE_EQ(estimate.rate, 20);
  EXPECT_DOUBLE_EQ(estimate.eta.value(), 2);
  EXPECT_FALSE(rate.update(at(0, 12, "merge")).eta) << "a new stage has no rate yet";
}

TEST(ProgressLine, ALineForAPerson) {
  Progress progress = at(60, 12);
  progress.total = 3904;
  EXPECT_EQ(progress_text(progress, {.rate = 230, .eta = 16.7}), "# embed 60 of 3,904 · 230/s · 17 s left");
  progress.total = 0;
  EXPECT_EQ(progress_text(progress, {}), "# embed 60");
}

TEST(ProgressLine, ALineForAProgram) {
  const auto row = base::Json::parse(progress_json(at(60, 12), {.rate = 20, .eta = 2.0})).value();
  EXPECT_EQ(row["stage"].string_or(""), "embed");
  EXPECT_EQ(row["done"].integer_or(0), 60);
  EXPECT_EQ(row["total"].integer_or(0), 100);
  EXPECT_EQ(row["acknowledged"].integer_or(0), 30);
  EXPECT_EQ(row["rate"].number_or(0), 20);
  EXPECT_EQ(row["eta"].number_or(0), 2);
  Progress unknown = at(60, 12);
  unknown.total = 0;
  EXPECT_TRUE(base::Json::parse(progress_json(unknown, {})).value()["total"].is_null());
}

}  // namespace
}  // namespace vicinal::cli
