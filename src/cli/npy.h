#pragma once
/// NumPy's file format, version 1.0, for float32 matrices: little-endian, row-major.
/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

#include <cstddef>
#include <span>
#include <string>

#include "cli/output.h"
#include "vicinal/result.h"

namespace vicinal::cli {

/// Magic, version, length, dictionary, padding: always 128 bytes, so that a header can be replaced when the number
/// of rows is known.
std::string npy_header(size_t rows, size_t cols);

/// Appends rows as they come; the header says 0 rows until `finish`, so that a file that was cut short claims nothing.
class NpyWriter {
 public:
  /// `out` must outlive the writer and be a regular file. `cols`: of every row.
  NpyWriter(Output& out, size_t cols) : out_(out), cols_(cols) {}

  /// All rows have one length. False when nothing more can be written.
  bool append(std::span<const float> row);
  Result<> finish();

 private:
  Output& out_;
  const size_t cols_;
  size_t rows_ = 0;
};

}  // namespace vicinal::cli
