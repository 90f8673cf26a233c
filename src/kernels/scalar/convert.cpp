#include <cstring>

#include "kernels/scalar/level.h"

namespace vicinal::kernels::scalar {
namespace {

uint32_t bits_of(float x) {
  uint32_t bits = 0;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

float float_of(uint32_t bits) {
  float x = 0.0F;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

/// value / 2^shift, to nearest, ties to even.
uint32_t shift_rounding(uint32_t value, uint32_t shift) {
  const uint32_t half = 1U << (shift - 1);
  return (value + half - 1 + ((value >> shift) & 1U)) >> shift;
}

bf16 to_bf16(float x) {
  const uint32_t bits = bits_of(x);
  const bool is_nan = (bits & 0x7FFFFFFFU) > 0x7F800000U;
  return static_cast<bf16>(is_nan ? (bits >> 16) | 0x40U : shift_rounding(bits, 16));
}

/// Half precision: 1 sign, 5 exponent (bias 15), 10 fraction bits.
float from_f16(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000U) << 16;
  const uint32_t exponent = (half >> 10) & 0x1FU;
  const uint32_t fraction = half & 0x3FFU;
  if (exponent == 31) {
    return float_of(sign | 0x7F800000U | (fraction << 13) | (fraction != 0 ? 0x400000U : 0U));
  }
  if (exponent == 0) {
    const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
    return float_of(sign | bits_of(magnitude));
  }
  return float_of(sign | ((exponent + 112U) << 23) | (fraction << 13));
}

uint16_t to_f16(float x) {
  const uint32_t bits = bits_of(x);
  const uint32_t sign = (bits >> 16) & 0x8000U;
  const uint32_t magnitude = bits & 0x7FFFFFFFU;
  if (magnitude > 0x7F800000U) {
    return static_cast<uint16_t>(sign | 0x7E00U | ((magnitude >> 13) & 0x3FFU));
  }
  if (magnitude >= 0x477FF000U) {  // 65520 and more round to infinity
    return static_cast<uint16_t>(sign | 0x7C00U);
  }
  if (magnitude >= 0x38800000U) {  // 2^-14, the smallest normal half
    return static_cast<uint16_t>(sign | shift_rounding(magnitude - (112U << 23), 13));
  }
  const uint32_t exponent = magnitude >> 23;
  if (exponent < 102) {  // below 2^-25: less than half of the smallest half
    return static_cast<uint16_t>(sign);
  }
  return static_cast<uint16_t>(sign | shift_rounding((magnitude & 0x7FFFFFU) | 0x800000U, 126 - exponent));
}

}  // namespace

void f32_to_bf16(const float* x, bf16* y, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    y[i] = to_bf16(x[i]);
  }
}

void bf16_to_f32(const bf16* x, float* y, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    y[i] = float_of(static_cast<uint32_t>(x[i]) << 16);
  }
}

void f16_to_f32(const uint16_t* x, float* y, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    y[i] = from_f16(x[i]);
  }
}

void f32_to_f16(const float* x, uint16_t* y, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    y[i] = to_f16(x[i]);
  }
}

}  // namespace vicinal::kernels::scalar
