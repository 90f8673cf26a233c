#pragma once
/// How much is worked on at once, so that a process stays within a limit of resident memory.
///
/// A run needs: what the opened model keeps resident; for every working thread the activations of one micro-batch; and
/// for up to three windows their texts, ids and vectors. The first is measured, the others are bounded from above.

#include <cstddef>

#include "base/check.h"
#include "embed/windows.h"

namespace vicinal::embed {

/// Tokens of a micro-batch. Activations of kBatchTokens stay in the caches next to the core, and weights are read once
/// for all of them; weights that the last cache does not hold come from memory, so more tokens share them. Measured by
/// batch_budget_bench: bench/README.md.
inline constexpr size_t kBatchTokens = 256;
inline constexpr size_t kBatchTokensOfLargeWeights = 1024;
inline constexpr size_t kLargeWeights = size_t{64} << 20;  ///< bytes

struct MemoryNeeds {
  size_t resident = 0;     ///< bytes, once every word's row has been touched
  size_t weights = 0;      ///< bytes that every micro-batch reads: the layers' matrices
  size_t token_bytes = 0;  ///< of activations, for each token of a micro-batch
  size_t batch_bytes = 0;  ///< of activations, whatever the batch
  size_t vector_bytes = 0;
  size_t max_tokens = 0;  ///< of a text: a micro-batch holds one at least
  size_t threads = 1;
};

struct MemoryPlan {
  size_t threads = 1;
  size_t batch_tokens = kBatchTokens;
  WindowLimits window;
};

/// `limit`: bytes of resident memory; 0: none. Less memory first means smaller windows, then smaller micro-batches,
/// then fewer threads; vectors are the same. Below the least possible: invalid_argument with "least".
Result<MemoryPlan> plan_memory(size_t limit, const MemoryNeeds& needs);

/// Resident memory of this process now, in bytes; 0 where the system does not say.
size_t resident_bytes();

}  // namespace vicinal::embed
