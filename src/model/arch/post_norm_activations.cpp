#include "model/arch/post_norm_activations.h"

#include <algorithm>

namespace vicinal::model {
namespace {

using kernels::WeightType;

template <class T>
Rows<T> advance(const Rows<T>& rows, size_t row) {
  return rows.data == nullptr ? rows : Rows<T>{rows.row(row), rows.stride};
}

Output take_output(Carver& carver, WeightType type, size_t rows, size_t cols) {
  Output out;
  if (type == WeightType::f32) {
    out.f32 = carver.take_rows<float>(rows, cols);
  } else {
    out.bf16 = carver.take_rows<kernels::bf16>(rows, cols);
  }
  return out;
}

Operand take_u8(Carver& carver, size_t rows, size_t cols) {
  Operand out;
  out.u8 = carver.take_rows<uint8_t>(rows, cols);
  out.scale = carver.take<float>(rows);
  out.zero = carver.take<int32_t>(rows);
  return out;
}

Operand take_x_operand(Carver& carver, WeightType type, const Rows<float>& x, const ActivationShape& shape,
                       size_t cols) {
  Operand out;
  if (type == WeightType::f32) out.f32 = x;
  if (type == WeightType::bf16) out.bf16 = carver.take_rows<kernels::bf16>(shape.tokens, cols);
  if (type == WeightType::int8) out = take_u8(carver, shape.tokens, cols);
  return out;
}

PostNormActivations carve(const EncoderConfig& config, WeightType type, const ActivationShape& shape, Carver& carver) {
  PostNormActivations out;
  out.x = carver.take_rows<float>(shape.tokens, config.hidden);
  out.x_operand = take_x_operand(carver, type, out.x, shape, config.hidden);
  out.qkv = take_output(carver, type, shape.tokens, 3 * config.hidden);
  out.context = take_output(carver, type, shape.tokens, config.hidden);
  out.sum = carver.take_rows<float>(shape.block, config.hidden);
  out.inner = take_output(carver, type, shape.block, config.intermediate);
  if (type == WeightType::int8) {
    out.block_u8 = take_u8(carver, shape.block, std::max(config.hidden, config.intermediate));
  }
  out.attention_scratch = carver.take<std::byte>(shape.attention_scratch);
  return out;
}

}  // namespace

Operand Operand::from_row(size_t row) const {
  return {advance(f32, row), advance(bf16, row), advance(u8, row), scale == nullptr ? nullptr : scale + row,
          zero == nullptr ? nullptr : zero + row};
}

Output Output::from_row(size_t row) const { return {advance(f32, row), advance(bf16, row)}; }

PostNormActivations take_activations(const EncoderConfig& config, WeightType type, const ActivationShape& shape,
                                     Workspace& workspace) {
  Carver counter(nullptr);
  carve(config, type, shape, counter);
  workspace.buffers().memory.reserve_discarding(counter.bytes());
  Carver carver(workspace.buffers().memory.data());
  return carve(config, type, shape, carver);
}

}  // namespace vicinal::model
