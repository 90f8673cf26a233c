#pragma once
/// One text to the ids that the encoder reads: checked, prompt before it, cut at the limit or refused.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/encoder.h"
#include "text/tokenizer.h"
#include "vicinal/embedder.h"

namespace vicinal::embed {

struct PrepareOptions {
  const text::Tokenizer* tokenizer = nullptr;
  std::string prompt;     ///< counts within the limit
  size_t max_tokens = 0;  ///< special tokens included
  OnLong on_long = OnLong::truncate;
  const model::Encoder* encoder = nullptr;  ///< whose ids these are
};

struct PreparedText {
  std::vector<int32_t> ids;
  bool cut = false;
};

/// invalid_argument: not UTF-8 (data: offset). empty_input: white space alone, or nothing that the tokenizer keeps.
/// too_long: over the limit with OnLong::error (data: tokens, limit). corrupt: see Encoder::check.
/// Thread-safe.
Result<PreparedText> prepare(std::string_view text, const PrepareOptions& options);

}  // namespace vicinal::embed
