// Any bytes as a .safetensors file: a directory of views that lie inside, or an error.
#include <cstddef>
#include <cstdint>
#include <span>

#include "model/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto file = std::as_bytes(std::span(data, size));
  const auto directory = vicinal::model::TensorDirectory::parse(file);
  if (!directory) return 0;
  for (const auto& tensor : directory->tensors()) {
    const bool inside = tensor.data.empty() || (tensor.data.data() >= file.data() &&
                                                tensor.data.data() + tensor.data.size() <= file.data() + size);
    if (!inside || directory->find(tensor.name) != &tensor) __builtin_trap();
  }
  return 0;
}
