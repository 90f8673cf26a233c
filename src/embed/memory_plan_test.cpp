#include "embed/memory_plan.h"

#include <gtest/gtest.h>

namespace vicinal::embed {
namespace {

constexpr size_t kMiB = size_t{1} << 20;
constexpr MemoryNeeds kMiniLm = {.resident = 90 * kMiB,
                                 .token_bytes = 9216,
                                 .batch_bytes = 2 * kMiB,
                                 .vector_bytes = 1536,
                                 .max_tokens = 256,
                                 .threads = 2};

TEST(MemoryPlan, WithoutALimitEverythingIsAsLargeAsItIsOfUse) {
  const MemoryPlan plan = plan_memory(0, kMiniLm).value();
  EXPECT_EQ(plan.threads, 2U);
  EXPECT_EQ(plan.batch_tokens, kBatchTokens);
  EXPECT_EQ(plan.window.texts, WindowLimits().texts);
  EXPECT_EQ(plan.window.max_tokens, 256U);
}

TEST(MemoryPlan, LessMemoryMeansSmallerWindowsThenBatchesThenFewerThreads) {
  MemoryPlan before = plan_memory(0, kMiniLm).value();
  for (size_t limit = 400 * kMiB; limit >= 110 * kMiB; limit -= kMiB) {
    const MemoryPlan plan = plan_memory(limit, kMiniLm).value();
    EXPECT_LE(plan.window.texts, before.window.texts);
    EXPECT_LE(plan.window.bytes, before.window.bytes);
    EXPECT_LE(plan.batch_tokens, before.batch_tokens);
    EXPECT_LE(plan.threads, before.threads);
    before = plan;
  }
  EXPECT_LT(before.window.texts, WindowLimits().texts);
}

TEST(MemoryPlan, ALimitBelowTheLeastIsRefusedAndTheLeastIsNamedAndWorks) {
  const auto refused = plan_memory(95 * kMiB, kMiniLm);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::invalid_argument);
  const auto& data = refused.error().data();
  ASSERT_EQ(data.size(), 2U);
  EXPECT_EQ(data[1].first, "least");
  const MemoryPlan least = plan_memory(std::stoull(data[1].second), kMiniLm).value();
  EXPECT_EQ(least.threads, 1U);
}

TEST(MemoryPlan, AProcessKnowsItsOwnSize) {
  const size_t before = resident_bytes();
  EXPECT_GT(before, kMiB);
  std::vector<char> block(64 * kMiB, 1);
  EXPECT_GT(resident_bytes(), before + 32 * kMiB) << block.back();
}

}  // namespace
}  // namespace vicinal::embed
