#include "cli/terminal_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vicinal::cli {
namespace {

using ::testing::ElementsAre;

TEST(TerminalText, WideCharactersTakeTwoColumnsAndMarksNone) {
  EXPECT_EQ(columns_of("abc é"), 5u);
  EXPECT_EQ(columns_of("全文"), 4u);
  EXPECT_EQ(columns_of("e\u0301"), 1u);
  EXPECT_EQ(columns_of("\U0001F600"), 2u);
  EXPECT_EQ(columns_of(""), 0u);
}

TEST(TerminalText, LinesAreBrokenBetweenWordsAndLongWordsWithin) {
  EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("one two", 0), ElementsAre("one two"));
  EXPECT_THAT(wrapped("abcdefgh ij", 3), ElementsAre("abc", "def", "gh", "ij"));
  EXPECT_THAT(wrapped("全文検索", 5), ElementsAre("全文", "検索"));
  EXPECT_THAT(wrapped("全", 1), ElementsAre("全"));
  EXPECT_THAT(wrapped("", 5), ElementsAre(""));
}

}  // namespace
}  // namespace vicinal::cli
