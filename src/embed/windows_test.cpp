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
  const auto batches = cut_batches(lengths, {.tokens = 40});
  EXPECT_THAT(batches, ElementsAre(ElementsAre(1), ElementsAre(3), ElementsAre(4, 2), ElementsAre(0, 5)));
  EXPECT_TRUE(cut_batches({}, {.tokens = 40}).empty());
}

size_t tokens_of(std::span<const size_t> lengths, const std::vector<size_t>& batch) {
  size_t tokens = 0;
  for (const size_t i : batch) tokens += lengths[i];
  return tokens;
}

TEST(Windows, ForSeveralThreadsTheLastBatchesAreSmall) {
  const std::vector<size_t> lengths(1000, 16);
  const auto batches = cut_batches(lengths, {.tokens = 1024, .threads = 2});
  EXPECT_EQ(tokens_of(lengths, batches.front()), 1024U);
  EXPECT_LE(tokens_of(lengths, batches.back()), 256U);
  for (size_t i = 1; i + 1 < batches.size(); ++i)
    EXPECT_LE(tokens_of(lengths, batches[i]), tokens_of(lengths, batches[i - 1]));
}

TEST(Windows, AFewTextsAreSharedEvenly) {
  const std::vector<size_t> lengths(16, 16);
  EXPECT_EQ(cut_batches(lengths, {.tokens = 1024, .threads = 1}).size(), 1U);
  EXPECT_EQ(cut_batches(lengths, {.tokens = 1024, .threads = 2}).size(), 2U);
  EXPECT_EQ(cut_batches(lengths, {.tokens = 1024, .threads = 64}).size(), 4U) << "64 tokens are worth a thread";
}

TEST(Windows, AreFullAtTheirBytes) {
  WindowMeter meter({.texts = 100, .bytes = 10, .tokens = 1000});
  meter.add("12345");
  EXPECT_FALSE(meter.full());
  meter.add("12345");
  EXPECT_TRUE(meter.full());
}

}  // namespace
}  // namespace vicinal::embed
