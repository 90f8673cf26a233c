#pragma once
/// The space: all that decides what a vector means, as canonical JSON. Two vectors may be compared if their spaces are
/// equal. Precision and instruction-set level are left out: they change the last digits, not the meaning.

#include <cstddef>
#include <string>

#include "embed/prompts.h"
#include "model/encoder.h"

namespace vicinal::embed {

struct SpaceParts {
  std::string weights_sha256;
  std::string tokenizer_sha256;
  model::EncoderConfig encoder;  ///< what the weights alone do not say: heads, activation, eps
  model::PoolingSpec pooling;
  Prompts prompts;
  size_t max_tokens = 0;
};

/// Members in alphabetical order, no white space: equal parts give equal bytes.
std::string describe_space(const SpaceParts& parts);

}  // namespace vicinal::embed
