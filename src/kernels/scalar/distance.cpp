#include <bit>
#include <cmath>

#include "kernels/scalar/level.h"

namespace vicinal::kernels::scalar {

float dot_f32(const float* a, const float* b, size_t d) {
  float sum = 0.0F;
  for (size_t i = 0; i < d; ++i) {
    sum += a[i] * b[i];
  }
  return sum;
}

float l2sq_f32(const float* a, const float* b, size_t d) {
  float sum = 0.0F;
  for (size_t i = 0; i < d; ++i) {
    sum += (a[i] - b[i]) * (a[i] - b[i]);
  }
  return sum;
}

float l1_f32(const float* a, const float* b, size_t d) {
  float sum = 0.0F;
  for (size_t i = 0; i < d; ++i) {
    sum += std::fabs(a[i] - b[i]);
  }
  return sum;
}

uint64_t hamming(const uint8_t* a, const uint8_t* b, size_t bytes) {
  uint64_t bits = 0;
  for (size_t i = 0; i < bytes; ++i) {
    bits += static_cast<uint64_t>(std::popcount(static_cast<uint8_t>(a[i] ^ b[i])));
  }
  return bits;
}

void dot_rows_f32(const float* query, const float* rows_data, size_t stride, size_t rows, size_t d, float* out) {
  for (size_t row = 0; row < rows; ++row) {
    out[row] = dot_f32(query, rows_data + row * stride, d);
  }
}

void l2sq_rows_f32(const float* query, const float* rows_data, size_t stride, size_t rows, size_t d, float* out) {
  for (size_t row = 0; row < rows; ++row) {
    out[row] = l2sq_f32(query, rows_data + row * stride, d);
  }
}

void l1_rows_f32(const float* query, const float* rows_data, size_t stride, size_t rows, size_t d, float* out) {
  for (size_t row = 0; row < rows; ++row) {
    out[row] = l1_f32(query, rows_data + row * stride, d);
  }
}

}  // namespace vicinal::kernels::scalar
