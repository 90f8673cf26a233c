#pragma once
/// The building blocks of an encoder as exports spell them: dense layer, LayerNorm, GELU, residual sum.
/// Each matcher starts at a value and looks at what takes it. What does not fit is `unsupported`, saying what.

#include <vector>

#include "kernels/table.h"
#include "model/onnx_graph.h"

namespace vicinal::model {

/// MatMul with a constant, then Add of a constant.
struct OnnxDense {
  const OnnxTensor* weight = nullptr;
  const OnnxTensor* bias = nullptr;
  bool stored_k_n = true;  ///< as MatMul takes it, [K, N]; false: [N, K] behind a Transpose
  size_t n = 0, k = 0;
  OnnxValue out = kNoValue;
};
/// All dense layers that take `x`.
Result<std::vector<OnnxDense>> match_dense_layers(const OnnxGraph& graph, OnnxValue x);
/// The only one.
Result<OnnxDense> match_dense(const OnnxGraph& graph, OnnxValue x, std::string_view what);

/// LayerNormalization over the last dimension, or ReduceMean, Sub, Pow, ReduceMean, Add, Sqrt, Div, Mul, Add.
struct OnnxNorm {
  const OnnxTensor* gamma = nullptr;
  const OnnxTensor* beta = nullptr;
  double eps = 0;
  OnnxValue out = kNoValue;
};
Result<OnnxNorm> match_norm(const OnnxGraph& graph, OnnxValue x, std::string_view what);

/// Gelu, or x · ½ · (1 + Erf(x / √2)) in any order of its products.
struct OnnxGelu {
  kernels::Activation kind = kernels::Activation::gelu_erf;
  OnnxValue out = kNoValue;
};
Result<OnnxGelu> match_gelu(const OnnxGraph& graph, OnnxValue x);

/// The sum of `x` and `residual`.
Result<OnnxValue> match_residual(const OnnxGraph& graph, OnnxValue x, OnnxValue residual, std::string_view what);

}  // namespace vicinal::model
