#pragma once
/// Attention's bias by relative position, as T5 (Raffel et al. 2020, section 2.1) has it and MPNet took over: distances
/// fall into buckets, near ones alone, far ones by logarithm, and every head has a learned number per bucket.

#include <cstddef>
#include <span>
#include <vector>

namespace vicinal::model {

/// Distances from this one on share the last bucket of their side.
inline constexpr size_t kFarthestDistance = 128;

/// The bucket of a key `distance` tokens after its query (negative: before). Half of the buckets are for keys at the
/// query or before it, the other half for keys after it; half of each holds one distance a bucket. The formula, float
/// rounding included, is MPNetEncoder.relative_position_bucket of PyPI transformers.
/// REQUIRES: buckets is a multiple of 4.
size_t relative_bucket(ptrdiff_t distance, size_t buckets);

/// The bias of every head at every distance that a model's positions allow. Immutable.
class RelativeBias {
 public:
  /// None.
  RelativeBias() = default;
  /// `weight`: [buckets, heads] as checkpoints store it. At distance d, |d| < positions.
  RelativeBias(std::span<const float> weight, size_t heads, size_t positions);

  /// As kernels::Attention takes it: of head 0 at distance 0, null where there is none; and the distance of two heads.
  const float* origin() const { return values_.empty() ? nullptr : values_.data() + stride_ / 2; }
  size_t stride() const { return stride_; }

 private:
  std::vector<float> values_;  // [heads, 2 · positions − 1]
  size_t stride_ = 0;
};

}  // namespace vicinal::model
