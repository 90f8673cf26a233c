#pragma once
/// Vectors as values: the matrix that embedding returns, and the similarities between two vectors.

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "vicinal/result.h"

namespace vicinal {
inline namespace v0 {

/// Row-major float matrix that owns its memory: row i is the vector of input i.
class Matrix {
 public:
  Matrix() = default;
  Matrix(size_t rows, size_t cols) : values_(rows * cols), rows_(rows), cols_(cols) {}

  size_t rows() const { return rows_; }
  size_t cols() const { return cols_; }
  bool empty() const { return rows_ == 0; }
  std::span<float> row(size_t i) { return {values_.data() + i * cols_, cols_}; }
  std::span<const float> row(size_t i) const { return {values_.data() + i * cols_, cols_}; }
  std::span<float> values() { return values_; }
  std::span<const float> values() const { return values_; }

 private:
  std::vector<float> values_;
  size_t rows_ = 0;
  size_t cols_ = 0;
};

/// How two vectors are compared. `cosine` and `dot` grow with nearness; `l2` and `l1` are distances.
enum class Metric { cosine, dot, l2, l1 };

/// "cosine", "dot", "l2", "l1"; anything else is invalid_argument naming the valid ones.
Result<Metric> parse_metric(std::string_view name);
std::string_view metric_name(Metric metric);

/// True where a larger value means nearer (cosine, dot).
bool higher_is_nearer(Metric metric);

/// The metric's value for two vectors of one length: cosine in [-1, 1] and 0 when either norm is 0; l2 is the
/// Euclidean distance (not squared); l1 the Manhattan distance. Different lengths: invalid_argument.
Result<float> similarity(std::span<const float> a, std::span<const float> b, Metric metric = Metric::cosine);

/// The number that every result list is sorted by, largest first: the metric itself, negated for distances.
float score_from_metric(float value, Metric metric);

}  // namespace v0
}  // namespace vicinal
