#include "embed/memory_plan.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace vicinal::embed {
namespace {

constexpr size_t kWindows = 3;
constexpr size_t kTextBytes = 256;           ///< of a text's bookkeeping
constexpr size_t kCopies = 4;                ///< a window's bytes as line, text, ids and joined with the prompt
constexpr size_t kSlack = size_t{10} << 20;  ///< code that runs later, buffers of input and output, malloc's own
constexpr size_t kLeastTexts = 32, kLeastBytes = size_t{64} << 10;

size_t window_bytes(const WindowLimits& window, const MemoryNeeds& needs) {
  return kWindows * (window.texts * (needs.vector_bytes + kTextBytes) + window.bytes * kCopies);
}

size_t work_bytes(size_t threads, size_t batch_tokens, const MemoryNeeds& needs) {
  return threads * (std::max(batch_tokens, needs.max_tokens) * needs.token_bytes + needs.batch_bytes);
}

/// Enough work in each window for every thread.
MemoryPlan unbounded(const MemoryNeeds& needs) {
  MemoryPlan plan{.threads = needs.threads, .window = {.max_tokens = needs.max_tokens}};
  if (needs.weights > kLargeWeights) plan.batch_tokens = kBatchTokensOfLargeWeights;
  plan.window.texts = std::max(plan.window.texts, needs.threads * 512);
  plan.window.tokens = std::max(plan.window.tokens, needs.threads * 16 * plan.batch_tokens);
  return plan;
}

/// False when it is as small as it gets.
bool make_smaller(MemoryPlan& plan) {
  WindowLimits& window = plan.window;
  if (window.texts > kLeastTexts || window.bytes > kLeastBytes) {
    window.texts = std::max(window.texts / 2, kLeastTexts);
    window.bytes = std::max(window.bytes / 2, kLeastBytes);
  } else if (plan.batch_tokens > 128) {
    plan.batch_tokens /= 2;
  } else if (plan.threads > 1) {
    --plan.threads;
  } else {
    return false;
  }
  return true;
}

}  // namespace

Result<MemoryPlan> plan_memory(size_t limit, const MemoryNeeds& needs) {
  MemoryPlan plan = unbounded(needs);
  if (limit == 0) return plan;
  const auto total = [&] {
    return needs.resident + kSlack + window_bytes(plan.window, needs) +
           work_bytes(plan.threads, plan.batch_tokens, needs);
  };
  while (total() > limit)
    if (!make_smaller(plan))
      return Error(Code::invalid_argument, "the model needs more memory than the limit allows")
          .with("max_memory", limit)
          .with("least", total());
  return plan;
}

size_t resident_bytes() {
  size_t all = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace vicinal::embed
