#include "embed/windows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vicinal::embed {
namespace {

using testing::ElementsAre;

TEST(Windows, EndAtTheLimitOfTextsOrTokensAndAlwaysAdvance) {
  const std::string text(400, 'x');  // about 102 tokens
  const std::vector<std::string_view> texts(10, text);
  EXPECT_EQ(window_end(texts, 0, {.texts = 3, .tokens = 100000, .max_tokens = 512}), 3U);
  EXPECT_EQ(window_end(texts, 8, {.texts = 3, .tokens = 100000, .max_tokens = 512}), 10U);
  EXPECT_EQ(window_end(texts, 0, {.texts = 100, .tokens = 300, .max_tokens = 512}), 3U);
  EXPECT_EQ(window_end(texts, 0, {.texts = 100, .tokens = 100, .max_tokens = 10}), 10U);
  EXPECT_EQ(window_end(texts, 4, {.texts = 1, .tokens = 0, .max_tokens = 512}), 5U);
}

TEST(Windows, FindEqualTexts) {
  const std::vector<std::string_view> texts = {"a", "b", "a", "c", "b"};
  const DistinctTexts found = find_distinct(texts);
  EXPECT_THAT(found.distinct, ElementsAre(0, 1, 3));
  EXPECT_THAT(found.slot, ElementsAre(0, 1, 0, 2, 1));
}

TEST(Windows, BatchesHoldEveryTextOnceLongestFirstWithinTheBudget) {
  const std::vector<size_t> lengths = {5, 100, 7, 30, 30, 2};
  const auto batches = cut_batches(lengths, 40);
  EXPECT_THAT(batches, ElementsAre(ElementsAre(1), ElementsAre(3), ElementsAre(4, 2), ElementsAre(0, 5)));
  EXPECT_TRUE(cut_batches({}, 40).empty());
}

}  // namespace
}  // namespace vicinal::embed
