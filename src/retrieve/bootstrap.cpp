#include "retrieve/bootstrap.h"

#include <algorithm>
#include <vector>

#include "base/check.h"
#include "retrieve/random_draw.h"

namespace vicinal::retrieve {
namespace {

double mean_of_draw(std::span<const double> differences, RandomDraw& draw) {
  double sum = 0;
  for (size_t i = 0; i < differences.size(); ++i) sum += differences[draw.below(differences.size())];
  return sum / static_cast<double>(differences.size());
}

}  // namespace

Interval bootstrap_mean(std::span<const double> differences, const BootstrapOptions& options) {
  VICINAL_CHECK(!differences.empty() && options.draws > 0);
  RandomDraw draw(options.seed);
  std::vector<double> means(options.draws);
  for (double& mean : means) mean = mean_of_draw(differences, draw);
  std::ranges::sort(means);
  const double tail = (1 - options.coverage) / 2 * static_cast<double>(means.size());
  const size_t cut = std::min(static_cast<size_t>(tail), (means.size() - 1) / 2);
  return {.low = means[cut], .high = means[means.size() - 1 - cut]};
}

}  // namespace vicinal::retrieve
