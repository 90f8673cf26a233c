#include "kernels/pack.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/scalar/level.h"
#include "kernels/scalar/rotation.h"

namespace vicinal::kernels {
namespace {

constexpr size_t kChunk = 256;  // inputs converted at a time: their groups stay in the first-level cache

size_t round_up(size_t value, size_t multiple) { return (value + multiple - 1) / multiple * multiple; }

size_t group_size(WeightType type) {
  switch (type) {
    case WeightType::f32:
      return 1;
    case WeightType::bf16:
      return 2;
    case WeightType::int8:
      return 4;
  }
  return 1;
}

struct Extent {
  size_t columns;  // padded N
  size_t groups;   // padded groups of a column
};

Extent extent_of(const PanelShape& shape, WeightType type, size_t n, size_t k) {
  const size_t groups = (k + group_size(type) - 1) / group_size(type);
  return {round_up(n, shape.columns * shape.panel_multiple), round_up(groups, shape.group_multiple)};
}

/// Up to kChunk weights of one output feature, turned as the inputs that they meet will be.
struct RotatedChunk {
  float w[kChunk];

  RotatedChunk(const float* from, size_t count) {
    std::copy_n(from, count, w);
    size_t i = 0;
    for (; i + kRotationWidth <= count; i += kRotationWidth) scalar::rotate(w + i);
    std::for_each(w, w + i, [](float& x) { x /= static_cast<float>(kRotationTerms); });
    std::for_each(w + i, w + count, [](float& x) { x /= kUnrotatedFactor; });
  }
};
static_assert(kChunk % kRotationWidth == 0);

/// Symmetric quantisation of one output feature: scale = max|w| / 127, 1 where all weights are 0.
float channel_scale(const float* w, size_t k) {
  float largest = 0.0F;
  for (size_t k0 = 0; k0 < k; k0 += kChunk) {
    const size_t count = std::min(kChunk, k - k0);
    const RotatedChunk chunk(w + k0, count);
    for (size_t i = 0; i < count; ++i) largest = std::max(largest, std::fabs(chunk.w[i]));
  }
  return largest > 0.0F ? largest / 127.0F : 1.0F;
}

/// Rounds to nearest even; |w| / scale is at most 127 but for rounding.
void quantize(const float* w, size_t count, float scale, int8_t* q) {
  const RotatedChunk chunk(w, count);
  for (size_t i = 0; i < count; ++i) q[i] = static_cast<int8_t>(std::lrint(chunk.w[i] / scale));
}

int32_t sum_of(const int8_t* q, size_t count) {
  int32_t sum = 0;
  for (size_t i = 0; i < count; ++i) sum += q[i];
  return sum;
}

/// Up to kChunk weights of one output feature in the form of the packed type. `elements` is zero behind them.
int32_t convert(const PanelShape& shape, WeightType type, const float* w, size_t count, float scale, void* elements) {
  switch (type) {
    case WeightType::f32:
      std::memcpy(elements, w, count * sizeof(float));
      break;
    case WeightType::bf16:
      (shape.narrow != nullptr ? shape.narrow : scalar::f32_to_bf16)(w, static_cast<bf16*>(elements), count);
      break;
    case WeightType::int8:
      quantize(w, count, scale, static_cast<int8_t*>(elements));
      return sum_of(static_cast<const int8_t*>(elements), count);
  }
  return 0;
}

/// Writes the groups of one output feature a panel's width apart; returns the sum of its quantised weights.
int32_t scatter_column(const PanelShape& shape, WeightType type, const float* w, size_t k, float scale, uint32_t* to) {
  int32_t sum = 0;
  for (size_t k0 = 0; k0 < k; k0 += kChunk) {
    uint32_t groups[kChunk] = {};
    const size_t count = std::min(kChunk, k - k0);
    sum += convert(shape, type, w + k0, count, scale, groups);
    const size_t used = (count + group_size(type) - 1) / group_size(type);
    for (size_t i = 0; i < used; ++i, to += shape.columns) *to = groups[i];
  }
  return sum;
}

}  // namespace

size_t packed_panel_bytes(const PanelShape& shape, WeightType type, size_t n, size_t k) {
  const Extent extent = extent_of(shape, type, n, k);
  const size_t weights = extent.columns * extent.groups * sizeof(uint32_t);
  return type == WeightType::int8 ? weights + extent.columns * (sizeof(float) + sizeof(int32_t)) : weights;
}

void pack_panels(const PanelShape& shape, WeightType type, const float* w, size_t ldw, size_t n, size_t k,
                 void* packed) {
  const Extent extent = extent_of(shape, type, n, k);
  std::memset(packed, 0, packed_panel_bytes(shape, type, n, k));
  auto* const groups = static_cast<uint32_t*>(packed);
  auto* const scales = reinterpret_cast<float*>(groups + extent.columns * extent.groups);
  auto* const sums = reinterpret_cast<int32_t*>(scales + extent.columns);
  for (size_t j = 0; j < n; ++j) {
    const size_t panel = j / shape.columns;
    uint32_t* const to = groups + panel * shape.columns * extent.groups + j % shape.columns;
    const float scale = type == WeightType::int8 ? channel_scale(w + j * ldw, k) : 1.0F;
    const int32_t sum = scatter_column(shape, type, w + j * ldw, k, scale, to);
    if (type != WeightType::int8) continue;
    scales[j] = scale;
    sums[j] = sum;
  }
}

}  // namespace vicinal::kernels
