#pragma once
/// What one row of a bench embeds.

#include <cstddef>
#include <string>
#include <vector>

#include "embed/local_embedder.h"
#include "vicinal/bench.h"

namespace vicinal::engine {

struct BenchProfile {
  std::string length;
  Role role = Role::document;
  bool one_by_one = false;  ///< a call for each text
  std::vector<std::string> texts;
  std::vector<size_t> tokens;  ///< of each text as the model sees it
};

/// Tokens of the longest text of a profile. invalid_argument: neither a number from 8 on nor "query" or "mixed".
Result<size_t> longest_tokens(const std::string& length);

/// Several micro-batches of texts for `threads` threads. invalid_argument: longer than the model takes.
Result<BenchProfile> make_profile(const embed::LocalEmbedder& embedder, const BenchOptions& options,
                                  const std::string& length, size_t threads);

}  // namespace vicinal::engine
