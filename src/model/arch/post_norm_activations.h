#pragma once
/// The matrices of one forward pass, carved from a workspace.
///
/// T = tokens of the batch, B = rows of one block, H = hidden, F = intermediate. Between the products lie f32 where
/// the weights are f32, else bf16. The residual stream is f32 always.

#include <cstddef>
#include <cstdint>

#include "model/folder.h"
#include "model/workspace.h"

namespace vicinal::model {

/// A matrix in the form that products of one weight type read: exactly one of the three is set.
struct Operand {
  Rows<float> f32;
  Rows<kernels::bf16> bf16;
  Rows<uint8_t> u8;
  float* scale = nullptr;   ///< one a row, with u8
  int32_t* zero = nullptr;  ///< one a row, with u8

  Operand from_row(size_t row) const;
};

/// A result in f32 or bf16: exactly one is set.
struct Output {
  Rows<float> f32;
  Rows<kernels::bf16> bf16;

  Output from_row(size_t row) const;
  /// As the operand of a product with f32 or bf16 weights.
  Operand operand() const { return {f32, bf16, {}, nullptr, nullptr}; }
};

struct PostNormActivations {
  Rows<float> x;      ///< [T, H] residual stream
  Operand x_operand;  ///< [T, H] the same for products; with f32 weights it is x
  Output qkv;         ///< [T, 3H]
  Output context;     ///< [T, H] what attention gives
  Rows<float> sum;    ///< [B, H] before a layer norm
  Output inner;       ///< [B, F] after GELU
  Operand block_u8;   ///< [B, max(H, F)] context or inner, quantised; int8 only
  void* attention_scratch = nullptr;
};

struct ActivationShape {
  size_t tokens;
  size_t block;              ///< rows of a block, at most tokens
  size_t attention_scratch;  ///< bytes
};

/// Grows the workspace where needed. Contents are undefined.
PostNormActivations take_activations(const EncoderConfig& config, kernels::WeightType type,
                                     const ActivationShape& shape, Workspace& workspace);

}  // namespace vicinal::model
