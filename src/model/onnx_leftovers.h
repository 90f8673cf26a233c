#pragma once
/// What must hold besides the walk, so that an export is never mapped wrongly: the graph is a plain one, names that are
/// the published ones agree, the numbers are there, and no weight is left over.

#include "model/onnx_bert.h"

namespace vicinal::model {

/// unsupported: quantised (its full weights are gone) or fused by onnxruntime, naming the operator.
Result<> refuse_rewritten(const OnnxModel& model);

/// unsupported: a tensor in one place that is named for another.
Result<> check_names(const BertMapping& mapping);

/// unsupported: weights in another file, or as lists of numbers.
Result<> check_stored(const BertMapping& mapping);

/// unsupported: a constant of two or more floats that something computes with, and that has no place in the mapping.
/// The pooler's are allowed: a dense layer that ends in Tanh.
Result<> check_leftovers(const OnnxGraph& graph, const BertMapping& mapping);

}  // namespace vicinal::model
