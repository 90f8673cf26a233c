#pragma once
/// Reads NumPy's file format (versions 1 to 3) row by row: matrices of little-endian float32 in row order.
/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

#include <cstddef>
#include <fstream>
#include <span>
#include <string>

#include "base/check.h"

namespace vicinal::engine {

class NpyReader {
 public:
  /// not_found; corrupt: no .npy file, or shorter than its header says; unsupported: other elements, order or shape.
  static Result<NpyReader> open(const std::string& path);

  size_t rows() const { return rows_; }
  size_t cols() const { return cols_; }
  /// The next rows, as many as `out` holds: a multiple of cols(), at most what is left.
  Result<> read(std::span<float> out);

 private:
  NpyReader() = default;
  Result<> read_header();
  Error corrupt(const char* message) const;

  std::ifstream file_;
  std::string path_;
  size_t rows_ = 0, cols_ = 0;
};

}  // namespace vicinal::engine
