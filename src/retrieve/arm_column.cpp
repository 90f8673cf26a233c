#include "retrieve/arm_column.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace vicinal::retrieve {
namespace {

/// x ↦ (x − shift) / divisor.
struct Line {
  double shift = 0;
  double divisor = 1;
};

struct Spread {
  double least = 0;
  double best = 0;
  double mean = 0;
  double sigma = 0;
};

Spread spread_of(std::span<const float> column) {
  Spread spread{.least = std::numeric_limits<double>::infinity(), .best = -std::numeric_limits<double>::infinity()};
  double sum = 0, count = 0;
  for (const float score : column) {
    if (std::isnan(score)) continue;
    spread.least = std::min<double>(spread.least, score);
    spread.best = std::max<double>(spread.best, score);
    sum += score;
    ++count;
  }
  if (count == 0) return {};
  spread.mean = sum / count;
  double squares = 0;
  for (const float score : column)
    if (!std::isnan(score)) squares += (score - spread.mean) * (score - spread.mean);
  spread.sigma = std::sqrt(squares / count);
  return spread;
}

/// Arms whose candidates are all alike say nothing: a divisor of 1 keeps them finite.
Line line_for(double shift, double divisor) { return {shift, divisor > 0 ? divisor : 1}; }

Line weighted_line(const Spread& spread, const Arm& arm) {
  if (arm.kind == ScoreKind::match) return line_for(0, spread.best);
  if (arm.baseline) return line_for(arm.baseline->mean, kBaselineSpan * arm.baseline->sigma);
  return line_for(spread.least, spread.best - spread.least);
}

Line distribution_line(const Spread& spread) { return line_for(spread.mean - 3 * spread.sigma, 6 * spread.sigma); }

std::vector<double> along(const Line& line, std::span<const float> column, const Spread& spread) {
  const auto scaled = [&](double score) { return (score - line.shift) / line.divisor; };
  const double lacking = std::min(0.0, scaled(spread.least));
  std::vector<double> out(column.size());
  for (size_t i = 0; i < column.size(); ++i) out[i] = std::isnan(column[i]) ? lacking : scaled(column[i]);
  return out;
}

std::vector<double> reciprocal_ranks(std::span<const uint32_t> ranks, double k) {
  std::vector<double> out(ranks.size());
  std::ranges::transform(ranks, out.begin(), [k](uint32_t rank) { return rank == 0 ? 0 : 1 / (k + rank); });
  return out;
}

}  // namespace

bool is_found(float score, ScoreKind kind) { return kind == ScoreKind::match ? score > 0 : !std::isnan(score); }

std::vector<float> column_of(const Arm& arm, std::span<const PassageId> candidates) {
  std::vector<float> column(candidates.size(), std::numeric_limits<float>::quiet_NaN());
  for (const ScoredPassage& passage : arm.scores) {
    const auto place = std::ranges::lower_bound(candidates, passage.id());
    column[static_cast<size_t>(place - candidates.begin())] = passage.score;
  }
  return column;
}

std::vector<uint32_t> ranks_of(std::span<const float> column, ScoreKind kind) {
  std::vector<uint32_t> order(column.size());
  std::iota(order.begin(), order.end(), uint32_t{0});
  std::erase_if(order, [&](uint32_t i) { return !is_found(column[i], kind); });
  std::ranges::sort(order, [&](uint32_t a, uint32_t b) { return column[a] > column[b]; });
  std::vector<uint32_t> ranks(column.size(), 0);
  for (size_t place = 0; place < order.size(); ++place) {
    const bool tied = place > 0 && column[order[place]] == column[order[place - 1]];
    ranks[order[place]] = tied ? ranks[order[place - 1]] : static_cast<uint32_t>(place + 1);
  }
  return ranks;
}

std::vector<double> scaled_column(std::span<const float> column, const Arm& arm, const FusionOptions& options) {
  if (options.kind == Fusion::rrf) return reciprocal_ranks(ranks_of(column, arm.kind), options.rrf_k);
  const Spread spread = spread_of(column);
  return along(options.kind == Fusion::weighted ? weighted_line(spread, arm) : distribution_line(spread), column,
               spread);
}

}  // namespace vicinal::retrieve
