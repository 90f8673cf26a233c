#pragma once
/// Writes a .safetensors file of f32 tensors, one after the other, without holding them. What is written depends on
/// names, shapes and numbers alone: the same tensors make the same bytes.

#include <span>
#include <string>
#include <vector>

#include "base/file.h"

namespace vicinal::model {

struct PlannedTensor {
  std::string name;
  std::vector<size_t> shape;
};

/// Move-only. Not thread-safe.
class SafetensorsFileWriter {
 public:
  /// Makes the file, which must not exist, with its header. `tensors` come in the order in which their numbers follow;
  /// their names differ.
  static Result<SafetensorsFileWriter> create(const std::string& path, std::span<const PlannedTensor> tensors);

  /// The next numbers, over the borders of tensors.
  Result<> append(std::span<const float> numbers);

  /// Syncs the file. REQUIRES: as many numbers were written as the tensors have.
  Result<> finish();

 private:
  SafetensorsFileWriter(base::File file, uint64_t at, uint64_t end) : file_(std::move(file)), at_(at), end_(end) {}

  base::File file_;
  uint64_t at_, end_;
};

}  // namespace vicinal::model
