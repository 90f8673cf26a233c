#include <algorithm>
#include <cmath>
#include <vector>

#include "base/check.h"
#include "retrieve/cosine.h"
#include "retrieve/mean_and_sigma.h"
#include "retrieve/noise_floor.h"
#include "retrieve/random_draw.h"

namespace vicinal::retrieve {
namespace {

Result<> append_score(const PairScore& score, size_t a, size_t b, std::vector<float>& scores) {
  VICINAL_TRY(const float value, score(a, b));
  if (!std::isfinite(value))
    return Error(Code::invalid_argument, "the score of two rows is no number").with("row", a).with("other", b);
  scores.push_back(value);
  return {};
}

Result<std::vector<float>> scores_of_all_pairs(size_t rows, const PairScore& score) {
  std::vector<float> scores;
  for (size_t a = 0; a < rows; ++a)
    for (size_t b = a + 1; b < rows; ++b) VICINAL_TRY_VOID(append_score(score, a, b, scores));
  return scores;
}

Result<std::vector<float>> scores_of_some_pairs(size_t rows, const PairScore& score, const PairSample& sample) {
  RandomDraw draw(sample.seed);
  std::vector<float> scores;
  while (scores.size() < sample.pairs) {
    const size_t a = draw.below(rows);
    const size_t other = draw.below(rows - 1);
    VICINAL_TRY_VOID(append_score(score, a, other < a ? other : other + 1, scores));
  }
  return scores;
}

/// rows · (rows − 1) / 2 <= pairs, without overflow.
bool all_pairs_fit(size_t rows, size_t pairs) {
  return rows - 1 <= 2 * (pairs / rows) + 1 && rows * (rows - 1) / 2 <= pairs;
}

/// Linear between the two nearest of the sorted scores.
double quantile(const std::vector<float>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const size_t low = static_cast<size_t>(place);
  const size_t high = std::min(low + 1, sorted.size() - 1);
  return std::lerp(double{sorted[low]}, double{sorted[high]}, place - static_cast<double>(low));
}

}  // namespace

PairScore cosine_of(RowOf row_of) {
  return [row_of = std::move(row_of), first = std::vector<float>()](size_t a, size_t b) mutable -> Result<float> {
    VICINAL_TRY(const std::span<const float> of_a, row_of(a));
    first.assign(of_a.begin(), of_a.end());
    VICINAL_TRY(const std::span<const float> of_b, row_of(b));
    if (of_b.size() != first.size())
      return Error(Code::invalid_argument, "rows of different lengths").with("row", a).with("other", b);
    return cosine(first, of_b);
  };
}

Result<NoiseFloor> fit_noise_floor(size_t rows, const PairScore& score, const PairSample& sample) {
  if (rows < 2) return Error(Code::invalid_argument, "a noise floor needs two passages").with("passages", rows);
  if (sample.pairs == 0) return Error(Code::invalid_argument, "a noise floor needs pairs");
  const bool all = all_pairs_fit(rows, sample.pairs);
  VICINAL_TRY(std::vector<float> scores,
              all ? scores_of_all_pairs(rows, score) : scores_of_some_pairs(rows, score, sample));
  std::ranges::sort(scores);
  const auto [mean, sigma] = mean_and_sigma(scores);
  NoiseFloor floor{.rows = rows, .pairs = scores.size(), .mean = mean, .sigma = sigma};
  for (size_t i = 0; i < floor.quantiles.size(); ++i) floor.quantiles[i] = quantile(scores, kQuantileShares[i]);
  return floor;
}

}  // namespace vicinal::retrieve
