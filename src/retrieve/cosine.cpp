#include "retrieve/cosine.h"

#include <algorithm>
#include <cmath>

#include "kernels/table.h"

namespace vicinal::retrieve {
namespace {

// Squares outside lose digits or overflow in float; sums are then made in double.
constexpr double kLeastSquare = 1e-30;
constexpr double kMostSquare = 1e30;

double precise_dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * b[i];
  return sum;
}

float ratio(double dot, double aa, double bb) {
  if (aa == 0 || bb == 0) return 0;
  return static_cast<float>(std::clamp(dot / (std::sqrt(aa) * std::sqrt(bb)), -1.0, 1.0));
}

bool ordinary(double square) { return square >= kLeastSquare && square <= kMostSquare; }

}  // namespace

float cosine(std::span<const float> a, std::span<const float> b) {
  const kernels::Table& table = kernels::active();
  const double aa = table.dot_f32(a.data(), a.data(), a.size());
  const double bb = table.dot_f32(b.data(), b.data(), b.size());
  if (ordinary(aa) && ordinary(bb)) return ratio(table.dot_f32(a.data(), b.data(), a.size()), aa, bb);
  return ratio(precise_dot(a, b), precise_dot(a, a), precise_dot(b, b));
}

}  // namespace vicinal::retrieve
