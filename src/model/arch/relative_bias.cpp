#include "model/arch/relative_bias.h"

#include <algorithm>
#include <cmath>

namespace vicinal::model {

size_t relative_bucket(ptrdiff_t distance, size_t buckets) {
  const size_t side = buckets / 2;
  const size_t exact = side / 2;
  const size_t first = distance > 0 ? side : 0;
  const auto far = static_cast<size_t>(std::abs(distance));
  if (far < exact) return first + far;
  const float octaves = std::log(static_cast<float>(far) / static_cast<float>(exact)) /
                        std::log(static_cast<float>(kFarthestDistance) / static_cast<float>(exact));
  const auto beyond = static_cast<size_t>(octaves * static_cast<float>(side - exact));
  return first + std::min(exact + beyond, side - 1);
}

RelativeBias::RelativeBias(std::span<const float> weight, size_t heads, size_t positions)
    : values_(heads * (2 * positions - 1)), stride_(2 * positions - 1) {
  for (size_t i = 0; i < stride_; ++i) {
    const auto distance = static_cast<ptrdiff_t>(i) - static_cast<ptrdiff_t>(positions - 1);
    const size_t bucket = relative_bucket(distance, weight.size() / heads);
    for (size_t head = 0; head < heads; ++head) values_[head * stride_ + i] = weight[bucket * heads + head];
  }
}

}  // namespace vicinal::model
