#include "retrieve/noise_floor.h"

#include <algorithm>
#include <cmath>

#include "retrieve/mean_and_sigma.h"

namespace vicinal::retrieve {
namespace {

constexpr size_t kFewestPairs = 100;
constexpr size_t kFewestProbes = 8;
constexpr double kLeastSigma = 1e-6;
constexpr double kNoisePercentile = 99;

}  // namespace

double percentile(const NoiseFloor& floor, double score) {
  const auto& q = floor.quantiles;
  if (!(score > q.front())) return 0;
  if (score >= q.back()) return 100;
  const size_t above = static_cast<size_t>(std::ranges::upper_bound(q, score) - q.begin());
  const double low = q[above - 1], high = q[above];
  const double part = (score - low) / (high - low);
  return 100 * std::lerp(kQuantileShares[above - 1], kQuantileShares[above], part);
}

bool above_noise(const NoiseFloor& floor, double score) { return percentile(floor, score) >= kNoisePercentile; }

std::optional<Baseline> baseline_of(const NoiseFloor& floor) {
  if (floor.pairs < kFewestPairs || floor.sigma < kLeastSigma) return std::nullopt;
  return Baseline{.mean = floor.mean, .sigma = floor.sigma};
}

Result<ProbeFloor> fit_probe_floor(std::span<const float> tops) {
  if (tops.size() < kFewestProbes)
    return Error(Code::invalid_argument, "too few probes for a floor")
        .with("probes", tops.size())
        .with("need", kFewestProbes);
  if (!std::ranges::all_of(tops, [](float top) { return std::isfinite(top); }))
    return Error(Code::invalid_argument, "a probe's best score is no number");
  const auto [mean, sigma] = mean_and_sigma(tops);
  return ProbeFloor{.probes = tops.size(), .mean = mean, .sigma = sigma};
}

double answer_strength(const ProbeFloor& probes, const AnswerSigns& signs) {
  const double above = signs.best_similarity - probes.mean;
  return above / std::max(probes.sigma, kLeastSigma) + kLexicalSigmas * signs.lexical_share.value_or(0);
}

bool answers(const ProbeFloor& probes, const AnswerSigns& signs) {
  return answer_strength(probes, signs) >= (signs.lexical_share ? kLeastStrength : kLeastDenseStrength);
}

}  // namespace vicinal::retrieve
