#pragma once
/// Mean and standard deviation (of the population) of some numbers, in double.

#include <cmath>

namespace vicinal::retrieve {

struct MeanAndSigma {
  double mean = 0;
  double sigma = 0;
};

/// Zeros for no numbers.
template <class Numbers>
MeanAndSigma mean_and_sigma(const Numbers& numbers) {
  double sum = 0, count = 0, squares = 0;
  for (const double x : numbers) {
    sum += x;
    ++count;
  }
  if (count == 0) return {};
  const double mean = sum / count;
  for (const double x : numbers) squares += (x - mean) * (x - mean);
  return {mean, std::sqrt(squares / count)};
}

}  // namespace vicinal::retrieve
