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

/// What is left of a plan where the limit is the least possible.
MemoryPlan least_plan(const MemoryNeeds& needs) {
  const Error refused = plan_memory(1, needs).error();
  return plan_memory(std::stoull(refused.data().back().second), needs).value();
}

TEST(MemoryPlan, WithoutALimitEverythingIsAsLargeAsItIsOfUse) {
  const MemoryPlan plan = plan_memory(0, kMiniLm).value();
  EXPECT_EQ(plan.threads, 2U);
  EXPECT_EQ(plan.batch_tokens, kBatchTokens);
  EXPECT_EQ(plan.window.texts, WindowLimits().texts);
  EXPECT_EQ(plan.window.max_tokens, 256U);
}

TEST(MemoryPlan, WeightsThatNoCacheHoldsAreSharedByMoreTokens) {
  MemoryNeeds needs = kMiniLm;
  needs.weights = kLargeWeights + 1;
  EXPECT_EQ(plan_memory(0, needs).value().batch_tokens, kBatchTokensOfLargeWeights);
}

TEST(MemoryPlan, LessMemoryMeansSmallerWindowsThenBatchesThenFewerThreads) {
  MemoryNeeds needs = kMiniLm;
  needs.max_tokens = 128;  // a micro-batch of one longer text would be no smaller
  MemoryPlan before = plan_memory(0, needs).value();
  const MemoryPlan least = least_plan(needs);
  size_t smaller_windows = 0, smaller_batches = 0;
  for (size_t limit = 400 * kMiB; plan_memory(limit, needs).ok(); limit -= kMiB / 4) {
    const MemoryPlan plan = plan_memory(limit, needs).value();
    EXPECT_LE(plan.window.texts, before.window.texts);
    EXPECT_LE(plan.window.bytes, before.window.bytes);
    EXPECT_LE(plan.batch_tokens, before.batch_tokens);
    EXPECT_LE(plan.threads, before.threads);
    const bool windows_shrink = plan.window.texts > least.window.texts || plan.window.bytes > least.window.bytes;
    const bool batches_shrink = plan.batch_tokens > least.batch_tokens;
    if (windows_shrink) EXPECT_EQ(plan.batch_tokens, kBatchTokens);
    if (windows_shrink || batches_shrink) EXPECT_EQ(plan.threads, needs.threads);
    smaller_windows += windows_shrink && plan.window.bytes < WindowLimits().bytes;
    smaller_batches += !batches_shrink && plan.threads == needs.threads;
    before = plan;
  }
  EXPECT_GT(smaller_windows, 0U);
  EXPECT_GT(smaller_batches, 0U);
  EXPECT_LT(least.window.texts, WindowLimits().texts);
  EXPECT_LT(least.batch_tokens, kBatchTokens);
  EXPECT_EQ(before.threads, 1U);
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
