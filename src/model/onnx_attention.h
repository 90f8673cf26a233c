#pragma once
/// Self-attention as exports spell it: which of three dense layers is query, key and value, and what follows.

#include <array>

#include "model/onnx_patterns.h"

namespace vicinal::model {

struct OnnxAttention {
  OnnxDense query, key, value, out;
  size_t heads = 0;
};

/// `lanes`: the three dense layers that take the block's input. The query is the first operand of the product that
/// leads into the Softmax, the key the second and transposed, the value is what the Softmax's result is multiplied
/// with; the scores must be divided by the root of a head's width. `heads`: used where the graph does not say; 0: not
/// known. unsupported, saying what does not fit.
Result<OnnxAttention> match_attention(const OnnxGraph& graph, const std::array<OnnxDense, 3>& lanes, size_t heads);

}  // namespace vicinal::model
