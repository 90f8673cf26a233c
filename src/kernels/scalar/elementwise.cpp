#include <cmath>

#include "kernels/scalar/level.h"

namespace vicinal::kernels::scalar {
namespace {

float gelu_erf(float x) { return 0.5F * x * std::erfc(-x * 0.707106781F); }

float gelu_tanh(float x) {
  const float inner = 0.797884561F * (x + 0.044715F * x * x * x);
  return 0.5F * x * (1.0F + std::tanh(inner));
}

float apply(Activation activation, float x) {
  switch (activation) {
    case Activation::gelu_erf:
      return gelu_erf(x);
    case Activation::gelu_tanh:
      return gelu_tanh(x);
    case Activation::none:
      break;
  }
  return x;
}

}  // namespace

void activate(Activation activation, const float* x, float* y, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    y[i] = apply(activation, x[i]);
  }
}

void softmax(float* x, size_t n) {
  float highest = -HUGE_VALF;
  for (size_t i = 0; i < n; ++i) {
    highest = x[i] > highest ? x[i] : highest;
  }
  float sum = 0.0F;
  for (size_t i = 0; i < n; ++i) {
    x[i] = std::exp(x[i] - highest);
    sum += x[i];
  }
  for (size_t i = 0; i < n; ++i) {
    x[i] /= sum;
  }
}

void mean_rows(const float* x, size_t ldx, size_t rows, size_t width, float* out) {
  for (size_t j = 0; j < width; ++j) {
    float sum = 0.0F;
    for (size_t row = 0; row < rows; ++row) {
      sum += x[row * ldx + j];
    }
    out[j] = rows == 0 ? 0.0F : sum / static_cast<float>(rows);
  }
}

void add3(const float* a, const float* b, const float* c, float* out, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    out[i] = (a[i] + b[i]) + c[i];
  }
}

}  // namespace vicinal::kernels::scalar
