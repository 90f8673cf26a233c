#include "index/score_bounds.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"

namespace vicinal::index {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

ScoreBounds::ScoreBounds(const QueryCodes& query, size_t dimensions, Metric metric)
    : metric_(metric), square_(query.norm() * query.norm()), slack_(2.1 * (double(dimensions) + 64) * 0x1p-24) {
  VICINAL_CHECK(query.usable());
  const double unit = metric == Metric::cosine ? query.norm() : 1;
  per_dot_ = query.step() / unit;
  per_error_ = (query.norm() + query.error()) / unit;
  per_norm_ = (query.error() + slack_ * query.norm()) / unit;
  if (metric != Metric::l2) return;
  per_norm_square_ = slack_;
  absolute_ = slack_ * square_;
}

double ScoreBounds::key(float score) const {
  return metric_ == Metric::l2 ? (square_ - double{score} * double{score}) / 2 : double{score};
}

ScoreBounds::Range ScoreBounds::range(float dot, const RowFacts& facts) const {
  // An infinite error is the row's own word; the others only damage could have written.
  const bool known = std::isfinite(facts.error) && std::isfinite(facts.scale) && std::isfinite(facts.norm);
  if (!known) return {-kInfinity, kInfinity};
  const double norm = facts.norm;
  const double middle = per_dot_ * double{facts.scale} * double{dot};
  const double error = per_error_ * double{facts.error} + per_norm_ * norm;
  if (metric_ == Metric::cosine)
    return norm == 0 ? Range{0, 0} : Range{(middle - error) / norm, (middle + error) / norm};
  const double half = metric_ == Metric::l2 ? norm * norm / 2 : 0;
  const double more = error + per_norm_square_ * norm * norm + absolute_;
  return {middle - half - more, middle - half + more};
}

// For cosine both sides are multiplied by the norm: (a · dot + b · error) / norm + c ≥ least.
void ScoreBounds::aim(double least, kernels::SelectRows& select) const {
  select.a = static_cast<float>(per_dot_);
  select.b = static_cast<float>(per_error_);
  if (metric_ == Metric::cosine) {
    select.c = static_cast<float>(per_norm_ - std::max(least, -4.0));
    select.d = 0;
    select.threshold = 0;
    return;
  }
  select.c = static_cast<float>(per_norm_);
  select.d = static_cast<float>(metric_ == Metric::l2 ? per_norm_square_ - 0.5 : 0.0);
  constexpr double kLargest = std::numeric_limits<float>::max();
  const double reached = least - std::fabs(least) * 0x1p-21 - absolute_;
  select.threshold = static_cast<float>(std::clamp(reached, -kLargest, kLargest));
}

}  // namespace vicinal::index
