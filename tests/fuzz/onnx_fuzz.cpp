// Any bytes as an .onnx file: views that lie inside, and a mapping whose weights are whole, or an error.
#include <cstddef>
#include <cstdint>
#include <span>

#include "model/onnx_bert.h"

namespace {

bool is_inside(std::span<const std::byte> part, std::span<const std::byte> file) {
  return part.empty() || (part.data() >= file.data() && part.data() + part.size() <= file.data() + file.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto file = std::as_bytes(std::span(data, size));
  const auto model = vicinal::model::OnnxModel::parse(file);
  if (!model) return 0;
  for (const auto& tensor : model->initialisers)
    if (!is_inside(tensor.data, file)) __builtin_trap();
  const auto mapping = vicinal::model::map_bert(*model, size % 3);
  if (!mapping) return 0;
  for (const auto& tensor : mapping->tensors) {
    size_t elements = 1;
    for (const size_t each : tensor.shape) elements *= each;
    if (tensor.source->elements() != elements || (elements > 0 && tensor.source->data.empty())) __builtin_trap();
  }
  return 0;
}
