#include "vicinal/error.h"

#include <gtest/gtest.h>

#include "base/check.h"

namespace vicinal {
namespace {

TEST(Error, JoinsCodeMessageAndDataInOneLine) {
  const Error error =
      Error(Code::corrupt, "weights header is cut short").with("path", "m.bin").with("bytes", 12).with("need", 64);
  EXPECT_EQ(error.what(), "corrupt: weights header is cut short (path=m.bin, bytes=12, need=64)");
}

TEST(Error, WithoutDataHasNoBrackets) { EXPECT_EQ(Error(Code::busy, "locked").what(), "busy: locked"); }

TEST(Error, StaysOneLineWhateverTheDataHolds) {
  EXPECT_EQ(Error(Code::io, "bad").with("path", "a\nb\r").what(), "io: bad (path=a b )");
}

TEST(Error, EveryCodeHasItsStableName) {
  EXPECT_EQ(code_name(Code::invalid_argument), "invalid_argument");
  EXPECT_EQ(code_name(Code::empty_input), "empty_input");
  EXPECT_EQ(code_name(Code::too_long), "too_long");
  EXPECT_EQ(code_name(Code::not_found), "not_found");
  EXPECT_EQ(code_name(Code::unsupported), "unsupported");
  EXPECT_EQ(code_name(Code::space_mismatch), "space_mismatch");
  EXPECT_EQ(code_name(Code::network), "network");
  EXPECT_EQ(code_name(Code::budget), "budget");
  EXPECT_EQ(code_name(Code::interrupted), "interrupted");
}

Result<int> half(int value) {
  if (value % 2 != 0) return Error(Code::invalid_argument, "odd").with("value", value);
  return value / 2;
}

Result<int> quarter(int value) {
  VICINAL_TRY(const int once, half(value));
  return half(once);
}

TEST(Result, TryPassesValuesOnAndReturnsTheFirstError) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().what(), "invalid_argument: odd (value=3)");
}

TEST(ResultDeathTest, ValueOfAFailureAbortsWithTheMessage) { EXPECT_DEATH((void)half(3).value(), "odd"); }

TEST(CheckDeathTest, FailedComparisonPrintsBothValues) { EXPECT_DEATH(VICINAL_CHECK_EQ(2 + 2, 5), "4 vs 5"); }

}  // namespace
}  // namespace vicinal
