#include <cmath>
#include <cstring>

#include "kernels/scalar/level.h"
#include "kernels/scalar/rotation.h"

namespace vicinal::kernels::scalar {
namespace {

/// How a row of floats becomes bytes; see QuantizeRows.
struct Grid {
  float scale = 1.0F;
  float inverse = 1.0F;
  int32_t zero = 0;
};

Grid grid_of(float low, float high) {
  Grid grid;
  if (high - low >= 1e-30F) {
    grid.scale = (high - low) / 255.0F;
    grid.inverse = 1.0F / grid.scale;
  }
  grid.zero = static_cast<int32_t>(std::lrint(-low * grid.inverse));
  return grid;
}

uint8_t quantize(float x, const Grid& grid) {
  const long q = std::lrint(std::fma(x, grid.inverse, static_cast<float>(grid.zero)));
  return static_cast<uint8_t>(q < 0 ? 0 : (q > 255 ? 255 : q));
}

/// Calls visit(j, value) for every place of a row as it is quantised.
template <class Load, class Visit>
void for_each_rotated(size_t width, const Load& load, const Visit& visit) {
  size_t j = 0;
  for (; j + kRotationWidth <= width; j += kRotationWidth) {
    float group[kRotationWidth];
    for (size_t i = 0; i < kRotationWidth; ++i) {
      group[i] = load(j + i);
    }
    rotate(group);
    for (size_t i = 0; i < kRotationWidth; ++i) {
      visit(j + i, group[i]);
    }
  }
  for (; j < width; ++j) {
    visit(j, load(j) * kUnrotatedFactor);
  }
}

template <class Load>
void quantize_row(size_t width, const Load& load, uint8_t* out, float* scale, int32_t* zero) {
  float low = 0.0F;
  float high = 0.0F;
  for_each_rotated(width, load, [&](size_t, float y) {
    low = y < low ? y : low;
    high = y > high ? y : high;
  });
  const Grid grid = grid_of(low, high);
  for_each_rotated(width, load, [&](size_t j, float y) { out[j] = quantize(y, grid); });
  *scale = grid.scale;
  *zero = grid.zero;
}

float load(const QuantizeRows& q, size_t index) {
  if (q.x_f32 != nullptr) {
    return q.x_f32[index];
  }
  const uint32_t bits = static_cast<uint32_t>(q.x_bf16[index]) << 16;
  float x = 0.0F;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

struct Moments {
  float mean = 0.0F;
  float reciprocal_deviation = 0.0F;
};

Moments moments_of(const float* x, size_t width, float eps) {
  float sum = 0.0F;
  for (size_t j = 0; j < width; ++j) {
    sum += x[j];
  }
  const float mean = sum / static_cast<float>(width);
  float squares = 0.0F;
  for (size_t j = 0; j < width; ++j) {
    squares += (x[j] - mean) * (x[j] - mean);
  }
  return {mean, 1.0F / std::sqrt(squares / static_cast<float>(width) + eps)};
}

float normalised(const LayerNorm& n, const float* x, size_t j, const Moments& moments) {
  return (x[j] - moments.mean) * moments.reciprocal_deviation * n.gamma[j] + n.beta[j];
}

}  // namespace

void layer_norm(const LayerNorm& n) {
  for (size_t row = 0; row < n.m; ++row) {
    const float* x = n.x + row * n.ldx;
    const Moments moments = moments_of(x, n.width, n.eps);
    if (n.out_u8 != nullptr) {
      const auto value = [&](size_t j) { return normalised(n, x, j, moments); };
      quantize_row(n.width, value, n.out_u8 + row * n.ld_u8, n.scale + row, n.zero + row);
    }
    for (size_t j = 0; j < n.width; ++j) {  // last, because out_f32 may be x
      const float y = normalised(n, x, j, moments);
      if (n.out_bf16 != nullptr) {
        f32_to_bf16(&y, n.out_bf16 + row * n.ld_bf16 + j, 1);
      }
      if (n.out_f32 != nullptr) {
        n.out_f32[row * n.ld_f32 + j] = y;
      }
    }
  }
}

void quantize_rows(const QuantizeRows& q) {
  for (size_t row = 0; row < q.m; ++row) {
    const auto value = [&](size_t j) { return load(q, row * q.ldx + j); };
    quantize_row(q.width, value, q.q + row * q.ldq, q.scale + row, q.zero + row);
  }
}

}  // namespace vicinal::kernels::scalar
