#include "text/line_context.h"

#include <gtest/gtest.h>

#include <string>

namespace vicinal::text {
namespace {

std::string around(std::string_view text, std::string_view part, size_t lines) {
  const size_t begin = text.find(part);
  const LineSpan span = with_lines_around(text, {begin, begin + part.size()}, lines);
  return std::string(text.substr(span.begin, span.end - span.begin));
}

TEST(LineContext, HasWholeLines) {
  const std::string text = "one\ntwo two\nthree\n\nfive\n";
  EXPECT_EQ(around(text, "wo t", 0), "two two");
  EXPECT_EQ(around(text, "wo t", 1), "one\ntwo two\nthree");
  EXPECT_EQ(around(text, "three", 2), "one\ntwo two\nthree\n\nfive");
  EXPECT_EQ(around(text, "wo\nthree", 1), "one\ntwo two\nthree\n");
  EXPECT_EQ(around(text, "one\n", 0), "one\n");
}

TEST(LineContext, EndsWithTheText) {
  EXPECT_EQ(around("one\ntwo", "two", 5), "one\ntwo");
  EXPECT_EQ(around("one\ntwo\n", "two\n", 5), "one\ntwo\n");
  EXPECT_EQ(around("one", "one", 0), "one");
  EXPECT_EQ(around("", "", 3), "");
  EXPECT_EQ(around("\n\n\n", "\n", 1), "\n");
}

}  // namespace
}  // namespace vicinal::text
