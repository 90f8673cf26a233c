#pragma once
/// Vectors as small integers with what is needed to bound what they leave out (bounds: score_bounds.h).
///
/// A row x becomes x̂ = scale · c with whole numbers −127 ≤ c ≤ 127, a query q becomes t · p with −8192 ≤ p ≤ 8192: a
/// scan waits for the memory of its rows, so the query can be exact to 14 bits for nothing.

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/aligned_buffer.h"
#include "kernels/types.h"

namespace vicinal::index {

/// Bytes of a row's codes: the kernels read whole registers.
constexpr size_t code_width(size_t dimensions) {
  return (dimensions + kernels::kCodeAlignment - 1) / kernels::kCodeAlignment * kernels::kCodeAlignment;
}

/// Norms between which no product of two vectors, and no square, leaves the range of float.
inline constexpr double kSmallestNorm = 1e-15;
inline constexpr double kLargestNorm = 1e+15;

struct RowFacts {
  float scale = 0;
  float error = 0;  ///< at least |x − x̂|; infinite: nothing is known of the row but that it must be looked at
  float norm = 0;   ///< |x| ≤ norm ≤ |x| · (1 + 2^-22)
};

/// Writes c + 128 for each component, 128 behind the last. A norm outside of the range above gives error = ∞ with scale
/// and norm 0; the zero vector gives zeros. REQUIRES: row is finite; codes.size() == code_width(row.size()).
RowFacts encode_row(std::span<const float> row, std::span<uint8_t> codes);

/// A query in the two bytes of kernels::QueryCode.
class QueryCodes {
 public:
  /// REQUIRES: finite.
  explicit QueryCodes(std::span<const float> query);

  double norm() const { return norm_; }    ///< |q|
  double error() const { return error_; }  ///< at least |q − t · p|
  float step() const { return step_; }     ///< t
  /// False for the zero vector and for norms outside of the range above: no bound is known.
  bool usable() const { return norm_ >= kSmallestNorm && norm_ <= kLargestNorm; }
  /// Points into this object. REQUIRES: usable().
  kernels::QueryCode view() const { return {high_.data(), low_.data(), high_offset_, low_offset_}; }

 private:
  void encode(std::span<const float> query);

  base::AlignedBuffer<int8_t> high_, low_;
  int32_t high_offset_ = 0, low_offset_ = 0;
  double norm_ = 0, error_ = 0;
  float step_ = 0;
};

}  // namespace vicinal::index
