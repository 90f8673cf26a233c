#pragma once
/// Numbers of a checkpoint as floats, whatever type they are stored in, and the proof that all are finite.

#include <span>

#include "base/aligned_buffer.h"
#include "kernels/table.h"
#include "model/safetensors.h"

namespace vicinal::model {

/// True if no element is NaN or infinite.
bool all_finite(std::span<const float> values);

/// Copies f32, f16 or bf16 elements into `out` (tensor.elements() long). unsupported: another element type;
/// corrupt: NaN or infinity. Errors name the tensor.
Result<> copy_floats(const TensorView& tensor, const kernels::Table& table, std::span<float> out);

/// The elements in place where the file holds aligned f32, else a copy in `*storage`. Errors as copy_floats.
/// The result lives as long as the file and the storage.
Result<std::span<const float>> borrow_floats(const TensorView& tensor, const kernels::Table& table,
                                             base::AlignedBuffer<float>* storage);

/// As borrow_floats, but elements lent in place are not read, so that opening a model does not fetch a table of
/// which a text touches a few rows. The caller looks for NaN and infinity where it reads.
Result<std::span<const float>> borrow_floats_unread(const TensorView& tensor, const kernels::Table& table,
                                                    base::AlignedBuffer<float>* storage);

}  // namespace vicinal::model
