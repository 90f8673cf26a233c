#include <cmath>

#include "kernels/scalar/level.h"

namespace vicinal::kernels::scalar {

namespace {

int32_t code_sum(const int8_t* query, const uint8_t* codes, size_t width) {
  int32_t sum = 0;
  for (size_t i = 0; i < width; ++i) sum += int32_t{query[i]} * int32_t{codes[i]};
  return sum;
}

float code_dot(const QueryCode& query, const uint8_t* codes, size_t width) {
  const int32_t high = code_sum(query.high, codes, width) - query.high_offset;
  const int32_t low = code_sum(query.low, codes, width) - query.low_offset;
  return std::fma(128.0F, static_cast<float>(high), static_cast<float>(low));
}

}  // namespace

void dot_codes(const DotCodes& d) {
  for (size_t row = 0; row < d.rows; ++row)
    for (size_t q = 0; q < d.query_count; ++q)
      d.dots[q * d.ld + row] = code_dot(d.queries[q], d.codes + row * d.width, d.width);
}

void select_rows(const SelectRows& s) {
  for (size_t word = 0; word * 64 < s.rows; ++word) s.selected[word] = 0;
  for (size_t row = 0; row < s.rows; ++row) {
    const float without_dot = std::fma(s.b, s.error[row], s.norm[row] * std::fma(s.d, s.norm[row], s.c));
    const float value = std::fma(s.a * s.scale[row], s.dots[row], without_dot);
    s.selected[row / 64] |= uint64_t{value >= s.threshold} << (row % 64);
  }
}

}  // namespace vicinal::kernels::scalar
