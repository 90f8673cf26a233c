#include "model/tensor_floats.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace vicinal::model {
namespace {

constexpr size_t kBlock = 2048;

Error not_finite(const TensorView& tensor) {
  return Error(Code::corrupt, "weights hold NaN or infinity").with("tensor", tensor.name);
}

/// 16-bit elements, by blocks through aligned memory: the file may hold them at an odd address.
void convert_halves(const TensorView& tensor, const kernels::Table& table, std::span<float> out) {
  alignas(base::kVectorAlignment) uint16_t block[kBlock];
  const auto convert = tensor.type == ElementType::f16 ? table.f16_to_f32 : table.bf16_to_f32;
  for (size_t i = 0; i < out.size(); i += kBlock) {
    const size_t count = std::min(kBlock, out.size() - i);
    std::memcpy(block, tensor.data.data() + i * sizeof(uint16_t), count * sizeof(uint16_t));
    convert(block, out.data() + i, count);
  }
}

Result<> check_type(const TensorView& tensor) {
  if (tensor.type != ElementType::other) return {};
  return Error(Code::unsupported, "weights are not f32, f16 or bf16")
      .with("tensor", tensor.name)
      .with("dtype", tensor.type_name);
}

}  // namespace

bool all_finite(std::span<const float> values) {
  // Integers, so that the loop vectorises: an exponent of all ones is NaN or infinity.
  constexpr uint32_t kExponent = 0x7F800000;
  uint32_t bad = 0;
  for (const float value : values)
    bad |= static_cast<uint32_t>((std::bit_cast<uint32_t>(value) & kExponent) == kExponent);
  return bad == 0;
}

Result<> copy_floats(const TensorView& tensor, const kernels::Table& table, std::span<float> out) {
  VICINAL_CHECK_EQ(out.size(), tensor.elements());
  VICINAL_TRY_VOID(check_type(tensor));
  if (tensor.type == ElementType::f32) {
    if (!out.empty()) std::memcpy(out.data(), tensor.data.data(), out.size_bytes());
  } else {
    convert_halves(tensor, table, out);
  }
  if (!all_finite(out)) return not_finite(tensor);
  return {};
}

Result<std::span<const float>> borrow_floats(const TensorView& tensor, const kernels::Table& table,
                                             base::AlignedBuffer<float>* storage) {
  VICINAL_TRY(const std::span<const float> values, borrow_floats_unread(tensor, table, storage));
  if (!all_finite(values)) return not_finite(tensor);
  return values;
}

Result<std::span<const float>> borrow_floats_unread(const TensorView& tensor, const kernels::Table& table,
                                                    base::AlignedBuffer<float>* storage) {
  const auto address = reinterpret_cast<uintptr_t>(tensor.data.data());
  if (tensor.type == ElementType::f32 && address % alignof(float) == 0)
    return std::span<const float>(reinterpret_cast<const float*>(tensor.data.data()), tensor.elements());
  VICINAL_TRY_VOID(check_type(tensor));
  storage->reserve_discarding(tensor.elements());
  const std::span<float> copy = storage->span().first(tensor.elements());
  VICINAL_TRY_VOID(copy_floats(tensor, table, copy));
  return std::span<const float>(copy);
}

}  // namespace vicinal::model
