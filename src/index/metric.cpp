#include "index/metric.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "kernels/table.h"

namespace vicinal {
inline namespace v0 {

Result<Metric> parse_metric(std::string_view name) {
  for (Metric metric : {Metric::cosine, Metric::dot, Metric::l2, Metric::l1})
    if (metric_name(metric) == name) return metric;
  return Error(Code::invalid_argument, "unknown metric; valid are cosine, dot, l2, l1").with("metric", name);
}

std::string_view metric_name(Metric metric) {
  switch (metric) {
    case Metric::cosine:
      return "cosine";
    case Metric::dot:
      return "dot";
    case Metric::l2:
      return "l2";
    case Metric::l1:
      return "l1";
  }
  return "unknown";
}

bool higher_is_nearer(Metric metric) { return metric == Metric::cosine || metric == Metric::dot; }

// 0 − x instead of −x: an exact match scores 0, not −0.
float score_from_metric(float value, Metric metric) { return higher_is_nearer(metric) ? value : 0.0F - value; }

namespace {

float kernel_value(std::span<const float> a, std::span<const float> b, Metric metric) {
  const kernels::Table& table = kernels::active();
  switch (metric) {
    case Metric::cosine:
      return index::cosine_from_dot(table.dot_f32(a.data(), b.data(), a.size()),
                                    index::inverse_norm(a) * index::inverse_norm(b));
    case Metric::dot:
      return table.dot_f32(a.data(), b.data(), a.size());
    case Metric::l2:
      return std::sqrt(table.l2sq_f32(a.data(), b.data(), a.size()));
    case Metric::l1:
      return table.l1_f32(a.data(), b.data(), a.size());
  }
  return 0;
}

}  // namespace

Result<float> similarity(std::span<const float> a, std::span<const float> b, Metric metric) {
  if (a.size() != b.size())
    return Error(Code::invalid_argument, "vectors of different lengths cannot be compared")
        .with("left", a.size())
        .with("right", b.size());
  if (a.empty()) return 0.0F;
  float value = kernel_value(a, b, metric);
  if (!std::isfinite(value)) value = score_from_metric(index::precise_score(a, b, metric), metric);
  return value;
}

}  // namespace v0
}  // namespace vicinal

namespace vicinal::index {

namespace {

// Between these, neither |v|² nor a product with another such vector loses range in float.
constexpr float kSmallestSquare = 1e-24F;
constexpr float kLargestSquare = 1e+24F;

struct Sums {
  double dot = 0, aa = 0, bb = 0, l2 = 0, l1 = 0;
};

Sums sums_in_double(std::span<const float> a, std::span<const float> b) {
  Sums s;
  for (size_t i = 0; i < a.size(); ++i) {
    const double x = a[i], y = b[i];
    s.dot += x * y;
    s.aa += x * x;
    s.bb += y * y;
    s.l2 += (x - y) * (x - y);
    s.l1 += std::abs(x - y);
  }
  return s;
}

double value_in_double(const Sums& s, Metric metric) {
  switch (metric) {
    case Metric::cosine:
      return s.aa == 0 || s.bb == 0 ? 0.0 : s.dot / (std::sqrt(s.aa) * std::sqrt(s.bb));
    case Metric::dot:
      return s.dot;
    case Metric::l2:
      return std::sqrt(s.l2);
    case Metric::l1:
      return s.l1;
  }
  return 0;
}

}  // namespace

float inverse_norm(std::span<const float> v) {
  const float square = kernels::active().dot_f32(v.data(), v.data(), v.size());
  if (square >= kSmallestSquare && square <= kLargestSquare) return 1.0F / std::sqrt(square);
  const bool zero = std::all_of(v.begin(), v.end(), [](float x) { return x == 0; });
  return zero ? 0.0F : std::numeric_limits<float>::quiet_NaN();
}

float cosine_from_dot(float dot, float inverse) {
  const float value = dot * inverse;
  return value > 1.0F ? 1.0F : value < -1.0F ? -1.0F : value;
}

float precise_score(std::span<const float> a, std::span<const float> b, Metric metric) {
  const double value = value_in_double(sums_in_double(a, b), metric);
  const double limit = metric == Metric::cosine ? 1.0 : std::numeric_limits<float>::max();
  // Stored vectors are finite; those of a damaged or hostile file that is believed are farthest, and never NaN.
  if (std::isnan(value))
    return score_from_metric(static_cast<float>(higher_is_nearer(metric) ? -limit : limit), metric);
  return score_from_metric(static_cast<float>(std::clamp(value, -limit, limit)), metric);
}

bool all_finite(std::span<const float> v) {
  // x · 0 is 0 for finite x and NaN for every other: one sum instead of a branch per component.
  float sum = 0;
  for (float x : v) sum += x * 0.0F;
  return sum == 0.0F;
}

}  // namespace vicinal::index
