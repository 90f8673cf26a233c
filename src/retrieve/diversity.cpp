#include "retrieve/diversity.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "retrieve/cosine.h"

namespace vicinal::retrieve {
namespace {

constexpr double kHighestFloor = 0.999;

Error not_diversified(std::string what) { return Error(Code::invalid_argument, std::move(what)); }

Result<> check_diversity(std::span<const double> scores, std::span<const std::span<const float>> vectors,
                         const DiversityOptions& options) {
  if (!(options.lambda >= 0 && options.lambda <= 1))
    return not_diversified("lambda is a number from 0 to 1").with("lambda", options.lambda);
  if (!(options.similarity_floor >= -1 && options.similarity_floor <= kHighestFloor))
    return not_diversified("the floor of similarity is a cosine below 1").with("floor", options.similarity_floor);
  if (scores.size() != vectors.size())
    return not_diversified("each candidate has a vector")
        .with("candidates", scores.size())
        .with("vectors", vectors.size());
  for (const auto& vector : vectors)
    if (vector.size() != vectors.front().size())
      return not_diversified("vectors of different lengths cannot be compared");
  if (!std::ranges::all_of(scores, [](double score) { return std::isfinite(score); }))
    return not_diversified("a score is no number");
  return {};
}

/// The scores on 0 to 1; all 0 where they are alike.
std::vector<double> relevance_of(std::span<const double> scores) {
  std::vector<double> relevance(scores.size(), 0);
  if (scores.empty()) return relevance;
  const auto [least, best] = std::ranges::minmax(scores);
  // Halves, so that the range of any two doubles is finite.
  const double half_range = best / 2 - least / 2;
  if (half_range > 0)
    std::ranges::transform(scores, relevance.begin(), [&](double s) { return (s / 2 - least / 2) / half_range; });
  return relevance;
}

class MarginalRelevance {
 public:
  MarginalRelevance(std::vector<double> relevance, std::span<const std::span<const float>> vectors,
                    const DiversityOptions& options)
      : relevance_(std::move(relevance)),
        vectors_(vectors),
        options_(options),
        closest_(vectors.size(), 0),
        chosen_(vectors.size(), false) {}

  /// The best that is left, which counts as chosen from now on. REQUIRES: one is left.
  size_t choose() {
    size_t best = closest_.size();
    for (size_t i = 0; i < closest_.size(); ++i)
      if (!chosen_[i] && (best == closest_.size() || value(i) > value(best))) best = i;
    chosen_[best] = true;
    for (size_t i = 0; i < closest_.size(); ++i)
      if (!chosen_[i]) closest_[i] = std::max(closest_[i], similarity(i, best));
    return best;
  }

 private:
  double value(size_t i) const { return options_.lambda * relevance_[i] - (1 - options_.lambda) * closest_[i]; }
  double similarity(size_t a, size_t b) const {
    const double floor = options_.similarity_floor;
    return std::max(0.0, (cosine(vectors_[a], vectors_[b]) - floor) / (1 - floor));
  }

  std::vector<double> relevance_;
  std::span<const std::span<const float>> vectors_;
  DiversityOptions options_;
  std::vector<double> closest_;  ///< to any that is chosen
  std::vector<bool> chosen_;
};

}  // namespace

Result<std::vector<size_t>> diversify(std::span<const double> scores, std::span<const std::span<const float>> vectors,
                                      const DiversityOptions& options) {
  VICINAL_TRY_VOID(check_diversity(scores, vectors, options));
  MarginalRelevance candidates(relevance_of(scores), vectors, options);
  std::vector<size_t> order(std::min(options.limit, scores.size()));
  for (size_t& place : order) place = candidates.choose();
  return order;
}

}  // namespace vicinal::retrieve
