#pragma once
/// An ONNX export read as a BERT encoder: which constant is which weight, and the encoder's shape.
///
/// Decided by walking the graph, because exports rename weights ("onnx::MatMul_1525"); where a name is still the
/// published one, it must agree. Every constant of floats must have found its place (but for the pooler's, which no
/// embedding uses): a graph that computes more than a BERT encoder is refused, never mapped in part.

#include <string>
#include <vector>

#include "model/folder.h"
#include "model/onnx_graph.h"

namespace vicinal::model {

/// One tensor of the checkpoint to write.
struct BertTensor {
  std::string name;           ///< "encoder.layer.0.attention.self.query.weight"
  std::vector<size_t> shape;  ///< as published: dense weights are [N, K]
  const OnnxTensor* source = nullptr;
  bool transpose = false;  ///< the source is [K, N]
};

struct BertMapping {
  EncoderConfig encoder;
  std::vector<BertTensor> tensors;  ///< sorted by name
};

/// `heads`: used where the graph does not say, and compared where it does (invalid_argument); 0: not known. Views point
/// into `model`. unsupported: quantised, fused, or no BERT encoder, saying what did not fit; corrupt: a broken graph.
Result<BertMapping> map_bert(const OnnxModel& model, size_t heads = 0);

}  // namespace vicinal::model
