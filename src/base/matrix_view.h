#pragma once
/// Matrices that belong to somebody else. Row-major; `stride` is the distance of two rows in elements.

#include <cstddef>
#include <span>

#include "base/check.h"

namespace vicinal::base {

template <class T>
struct BasicMatrixView {
  T* data = nullptr;
  size_t rows = 0;
  size_t cols = 0;
  size_t stride = 0;

  std::span<T> row(size_t i) const {
    VICINAL_CHECK_LT(i, rows);
    return {data + i * stride, cols};
  }
  operator BasicMatrixView<const T>() const { return {data, rows, cols, stride}; }
};

using MatrixView = BasicMatrixView<const float>;
using MutableMatrixView = BasicMatrixView<float>;

}  // namespace vicinal::base
