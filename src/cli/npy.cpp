#include "cli/npy.h"

#include <fmt/format.h>

#include <bit>
#include <string_view>

#include "base/check.h"

namespace vicinal::cli {
namespace {

constexpr size_t kHeaderBytes = 128;
constexpr size_t kPrefixBytes = 10;  ///< magic (6), version (2), length (2)
static_assert(std::endian::native == std::endian::little, "values are written as they lie in memory");

}  // namespace

std::string npy_header(size_t rows, size_t cols) {
  std::string header("\x93NUMPY\x01\x00", 8);
  constexpr size_t length = kHeaderBytes - kPrefixBytes;
  header += static_cast<char>(length & 0xFF);
  header += static_cast<char>(length >> 8);
  header += fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", rows, cols);
  VICINAL_CHECK_LT(header.size(), kHeaderBytes);
  header.resize(kHeaderBytes - 1, ' ');
  return header + '\n';
}

bool NpyWriter::append(std::span<const float> row) {
  if (rows_ == 0) out_.write(npy_header(0, cols_));
  VICINAL_CHECK_EQ(row.size(), cols_);
  ++rows_;
  return out_.write({reinterpret_cast<const char*>(row.data()), row.size_bytes()});
}

Result<> NpyWriter::finish() {
  if (rows_ == 0) {
    out_.write(npy_header(0, cols_));
    return {};
  }
  return out_.rewrite(0, npy_header(rows_, cols_));
}

}  // namespace vicinal::cli
