#pragma once
/// The memory behind a Workspace: one block, carved into the matrices of a forward pass.

#include <cstddef>
#include <cstdint>

#include "base/aligned_buffer.h"
#include "model/encoder.h"

namespace vicinal::model {

struct Workspace::Buffers {
  base::AlignedBuffer<std::byte> memory;
};

/// Rows that begin at multiples of 64 bytes and whose distance is no multiple of 4096: rows that far apart fall into
/// one set of the first-level cache and push each other out.
template <class T>
size_t row_stride(size_t cols) {
  size_t bytes = (cols * sizeof(T) + base::kVectorAlignment - 1) / base::kVectorAlignment * base::kVectorAlignment;
  if (bytes % 4096 == 0) bytes += base::kVectorAlignment;
  return bytes / sizeof(T);
}

/// A matrix in a workspace.
template <class T>
struct Rows {
  T* data = nullptr;
  size_t stride = 0;

  T* row(size_t i) const { return data + i * stride; }
};

/// Hands out aligned pieces of one block. With a null block it only counts: run the same code twice.
class Carver {
 public:
  explicit Carver(std::byte* block) : block_(block) {}

  template <class T>
  T* take(size_t count) {
    std::byte* piece = block_ == nullptr ? nullptr : block_ + bytes_;
    layout_ = (layout_ ^ (count * sizeof(T))) * 0x9E3779B97F4A7C15u;
    bytes_ += (count * sizeof(T) + base::kVectorAlignment - 1) / base::kVectorAlignment * base::kVectorAlignment;
    return reinterpret_cast<T*>(piece);
  }

  template <class T>
  Rows<T> take_rows(size_t rows, size_t cols) {
    const size_t stride = row_stride<T>(cols);
    return {take<T>(rows * stride), stride};
  }

  size_t bytes() const { return bytes_; }
  /// A digest of the pieces' lengths in their order: blocks of one layout are carved alike.
  uint64_t layout() const { return layout_; }

 private:
  std::byte* block_;
  uint64_t layout_ = 1;
  size_t bytes_ = 0;
};

}  // namespace vicinal::model
