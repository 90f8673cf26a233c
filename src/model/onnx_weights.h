#pragma once
/// The weights of a mapped ONNX export as model.safetensors, in f32.

#include <string>

#include "kernels/table.h"
#include "model/onnx_bert.h"

namespace vicinal::model {

/// Writes the file, which must not exist. Memory: a block of rows, or one dense weight twice where it is transposed.
/// corrupt: NaN or infinity.
Result<> write_weights(const BertMapping& mapping, const kernels::Table& table, const std::string& path);

}  // namespace vicinal::model
