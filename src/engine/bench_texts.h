#pragma once
/// Texts of an exact number of tokens, made of common English words: the same on every machine.

#include <cstddef>
#include <string>
#include <vector>

#include "base/check.h"
#include "text/tokenizer.h"

namespace vicinal::engine {

/// `count` different texts of exactly `tokens` ids each, special tokens included.
/// unsupported when the tokenizer has too few of the words whole. REQUIRES: tokens > special tokens.
Result<std::vector<std::string>> texts_of_length(const text::Tokenizer& tokenizer, size_t tokens, size_t count);

inline constexpr size_t kShortestMixed = 10, kLongestMixed = 500;

/// `count` texts of 10 to `longest` ids (10 at least), shuffled, as lengths of texts are spread in corpora: half of
/// them below 30 and a long tail.
Result<std::vector<std::string>> texts_of_mixed_length(const text::Tokenizer& tokenizer, size_t count, size_t longest);

}  // namespace vicinal::engine
