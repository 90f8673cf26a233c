#include "index/row_code.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"

namespace vicinal::index {

namespace {

constexpr int kZeroCode = 128;
constexpr float kLargestCode = 127;
constexpr float kLargestQueryCode = 8192;  // 128 · 64
// More than the roundings of a conversion to float and of a sum in double.
constexpr double kRoundUp = 1 + 0x1p-23;

float largest_magnitude(std::span<const float> v) {
  float largest = 0;
  for (const float x : v) largest = std::max(largest, std::fabs(x));
  return largest;
}

double norm_of(std::span<const float> v) {
  double square = 0;
  for (const float x : v) square += double{x} * double{x};
  return std::sqrt(square);
}

// |v − step · code|. The products are exact: 24 bits by 14.
template <class CodeOf>
double residual_norm(std::span<const float> v, float step, const CodeOf& code_of) {
  double square = 0;
  for (size_t i = 0; i < v.size(); ++i) {
    const double rest = double{v[i]} - double{step} * code_of(i);
    square += rest * rest;
  }
  return std::sqrt(square);
}

int rounded(float x, float inverse_step, float largest) {
  return static_cast<int>(std::lrintf(std::clamp(x * inverse_step, -largest, largest)));
}

}  // namespace

RowFacts encode_row(std::span<const float> row, std::span<uint8_t> codes) {
  VICINAL_CHECK_EQ(codes.size(), code_width(row.size()));
  std::ranges::fill(codes, static_cast<uint8_t>(kZeroCode));
  const double norm = norm_of(row);
  if (norm == 0) return {};
  if (!(norm >= kSmallestNorm && norm <= kLargestNorm)) return {0, std::numeric_limits<float>::infinity(), 0};
  const float largest = largest_magnitude(row);
  const float scale = largest / kLargestCode, inverse = kLargestCode / largest;
  for (size_t i = 0; i < row.size(); ++i)
    codes[i] = static_cast<uint8_t>(rounded(row[i], inverse, kLargestCode) + kZeroCode);
  const double error = residual_norm(row, scale, [&](size_t i) { return double(int{codes[i]} - kZeroCode); });
  return {scale, static_cast<float>(error * kRoundUp), static_cast<float>(norm * kRoundUp)};
}

QueryCodes::QueryCodes(std::span<const float> query) : norm_(norm_of(query)) {
  if (usable()) encode(query);
}

void QueryCodes::encode(std::span<const float> query) {
  const float largest = largest_magnitude(query);
  const float inverse = kLargestQueryCode / largest;
  step_ = largest / kLargestQueryCode;
  high_ = base::AlignedBuffer<int8_t>(code_width(query.size()));
  low_ = base::AlignedBuffer<int8_t>(high_.size());
  for (size_t i = 0; i < query.size(); ++i) {
    const int code = rounded(query[i], inverse, kLargestQueryCode);
    const int high = (code + 64) >> 7;
    high_[i] = static_cast<int8_t>(high);
    low_[i] = static_cast<int8_t>(code - 128 * high);
    high_offset_ += kZeroCode * high;
    low_offset_ += kZeroCode * low_[i];
  }
  error_ = kRoundUp * residual_norm(query, step_, [this](size_t i) { return double(128 * high_[i] + low_[i]); });
}

}  // namespace vicinal::index
