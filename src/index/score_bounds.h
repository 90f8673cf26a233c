#pragma once
/// What a row's exact score can be at most and at least, seen from its codes alone.
///
/// Scores are compared as *keys*, which order rows as their scores do: the score itself for cosine and dot, and
/// (|q|² − score²) / 2 for l2, which is q·x − |x|²/2 but for roundings. Notation: row_code.h; n = RowFacts::norm,
/// ρ = RowFacts::error, ω = QueryCodes::error(), D dimensions, u = 2^-24.
///
/// With q·x = t·p·x̂ + (q − t·p)·x̂ + q·(x − x̂) and the inequality of Cauchy and Schwarz,
///     |q·x − t · scale · (p·c)| ≤ ω (n + ρ) + |q| ρ = (|q| + ω) ρ + ω n.
/// To this comes what float arithmetic adds, in the exact score and in the test of the kernel:
/// - a float sum of D products is off by at most D u / (1 − D u) · |q| |x|, in any order, with or without fma (Higham,
///   Accuracy and Stability of Numerical Algorithms, section 3.1); cosine has two more such sums in its norms, each
///   under a root; l2 sums positive terms, so its square is off by as much of |q − x|² ≤ 2 |q|² + 2 |x|²;
/// - the kernel's dots are off by 8u · |t p| |x̂|: |128 · high| and |low| are each at most 3 |p|; its four roundings and
///   those of the coefficients stay below 32u · |q| n (and 32u · (|q|² + n²) for l2), as ρ ≤ 1.01 n, ω ≤ 0.02 |q|;
/// - |x| ≤ n ≤ |x| (1 + 4u).
/// All of this is less than `slack` = 2.1 (D + 64) u. Between the norms of row_code.h nothing over- or underflows that
/// matters: what underflows is below 2^-140, slack · |q| n above 2^-120.

#include <cstddef>

#include "index/row_code.h"
#include "kernels/types.h"
#include "vicinal/embedding.h"

namespace vicinal::index {

class ScoreBounds {
 public:
  /// REQUIRES: query.usable(); metric is cosine, dot or l2.
  ScoreBounds(const QueryCodes& query, size_t dimensions, Metric metric);

  /// The key of an exact score.
  double key(float score) const;

  struct Range {
    double lower = 0, upper = 0;
  };
  /// Between which the key of a row's exact score lies. `dot`: of kernels::DotCodes.
  Range range(float dot, const RowFacts& facts) const;

  /// Sets coefficients and threshold so that every row whose key may reach `least` is selected. -∞: all rows.
  void aim(double least, kernels::SelectRows& select) const;

 private:
  Metric metric_;
  double square_;               ///< |q|²
  double slack_;                ///< see above
  double per_dot_ = 0;          ///< t; for cosine, as the next two, divided by |q|
  double per_error_ = 0;        ///< |q| + ω
  double per_norm_ = 0;         ///< ω + slack · |q|
  double per_norm_square_ = 0;  ///< l2: slack, beside the −1/2 of the key
  double absolute_ = 0;         ///< l2: slack · |q|²
};

}  // namespace vicinal::index
