#pragma once
/// One TensorProto of an ONNX file.

#include <span>

#include "model/onnx_file.h"

namespace vicinal::model {

/// corrupt: broken, or bytes that shape and type do not need.
Result<OnnxTensor> parse_onnx_tensor(std::span<const std::byte> message);

}  // namespace vicinal::model
