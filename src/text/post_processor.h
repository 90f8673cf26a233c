#pragma once
/// The `post_processor` of a tokenizer.json: which special tokens stand before and after one text.

#include <cstdint>
#include <vector>

#include "base/json.h"

namespace vicinal::text {

struct SpecialFrame {
  std::vector<int32_t> before;
  std::vector<int32_t> after;
  size_t size() const { return before.size() + after.size(); }
};

/// null, TemplateProcessing (its form for one text), BertProcessing, and RobertaProcessing, which frames one text alike
/// (its trim_offsets moves spans of byte-level tokens only); others are unsupported.
Result<SpecialFrame> parse_post_processor(const base::Json& json);

}  // namespace vicinal::text
