#include "postings/bm25.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "postings/packed_block.h"

namespace vicinal::postings {

namespace {

constexpr std::array<std::pair<std::string_view, Formula>, 5> kNames = {{{"lucene", Formula::lucene},
                                                                         {"plus", Formula::plus},
                                                                         {"atire", Formula::atire},
                                                                         {"okapi", Formula::okapi},
                                                                         {"impact", Formula::impact}}};
constexpr double kLeastIdf = 1e-6;

using Floats = float __attribute__((vector_size(16)));
using Words = uint32_t __attribute__((vector_size(16)));
using Integers = int32_t __attribute__((vector_size(16)));
constexpr size_t kLanes = 4;

Floats to_floats(Words words) { return __builtin_convertvector(reinterpret_cast<Integers>(words), Floats); }

/// What multiplies f / (f + norm).
double slope(const Scoring& scoring, double idf) {
  return scoring.formula == Formula::lucene ? idf : idf * (scoring.k1 + 1);
}

double constant(const Scoring& scoring, double idf) {
  return scoring.formula == Formula::plus ? idf * scoring.delta : 0;
}

}  // namespace

Result<Formula> parse_formula(std::string_view name) {
  for (const auto& [known, formula] : kNames)
    if (known == name) return formula;
  return Error(Code::invalid_argument, "no such BM25 formula")
      .with("given", name)
      .with("known", "lucene, plus, atire, okapi, impact");
}

std::string_view to_string(Formula formula) {
  return std::ranges::find(kNames, formula, &std::pair<std::string_view, Formula>::second)->first;
}

Result<> check(const Scoring& scoring) {
  const auto within = [](double value, double most) { return value >= 0 && value <= most; };
  if (!within(scoring.k1, 1000)) return Error(Code::invalid_argument, "k1 is 0 to 1000").with("k1", scoring.k1);
  if (!within(scoring.b, 1)) return Error(Code::invalid_argument, "b is 0 to 1").with("b", scoring.b);
  if (!within(scoring.delta, 1000))
    return Error(Code::invalid_argument, "delta is 0 to 1000").with("delta", scoring.delta);
  return {};
}

double inverse_document_frequency(const Scoring& scoring, const Statistics& statistics, uint64_t df) {
  const bool divides = scoring.formula == Formula::plus || scoring.formula == Formula::atire;
  const auto n = static_cast<double>(std::max(statistics.rows, df)),
             d = static_cast<double>(divides ? std::max<uint64_t>(df, 1) : df);
  switch (scoring.formula) {
    case Formula::lucene:
      return std::log(1 + (n - d + 0.5) / (d + 0.5));
    case Formula::plus:
      return std::log((n + 1) / d);
    case Formula::atire:
      return std::max(std::log(n / d), kLeastIdf);
    case Formula::okapi:
      return std::max(std::log((n - d + 0.5) / (d + 0.5)), kLeastIdf);
    case Formula::impact:
      return 1;
  }
  return 1;
}

double largest_score(const Scoring& scoring, double idf, double largest) {
  if (scoring.formula == Formula::impact) return idf * largest;
  return slope(scoring, idf) + constant(scoring, idf);
}

TermScorer::TermScorer(const Scoring& scoring, const Statistics& statistics, double idf, double weight, double scale)
    : impact_(scoring.formula == Formula::impact) {
  const double mean = std::max(1.0, static_cast<double>(statistics.positions)) /
                      static_cast<double>(std::max<uint64_t>(statistics.rows, 1));
  const double unit = weight * scale;
  slope_ = static_cast<float>(unit * (impact_ ? idf : slope(scoring, idf)));
  constant_ = static_cast<float>(unit * constant(scoring, idf));
  norm_ = static_cast<float>(scoring.k1 * (1 - scoring.b));
  norm_per_position_ = static_cast<float>(scoring.k1 * scoring.b / mean);
}

TermScorer TermScorer::of_weighted(const Scoring& scoring, double idf, double weight, double scale) {
  TermScorer scorer(scoring, {}, idf, weight, scale);
  scorer.norm_ = static_cast<float>(scoring.k1 * kFrequencyUnit);
  scorer.norm_per_position_ = 0;
  return scorer;
}

uint32_t TermScorer::bound(const Impacts& impacts) const {
  uint32_t best = 0;
  for (const ImpactCode& code : impacts)
    if (code.frequency > 0)
      best = std::max(best, score(std::min<uint32_t>(impact_frequency(code.frequency), INT32_MAX), code.length));
  return best + (best >> 20) + 1;  // rounding of floats is not monotonic
}

void TermScorer::score(std::span<const uint32_t> rows, std::span<const uint32_t> frequencies,
                       std::span<const RowLength> lengths, uint32_t* scores) const {
  size_t i = 0;
  for (; i + kLanes <= rows.size(); i += kLanes) {
    Words frequency;
    std::memcpy(&frequency, &frequencies[i], sizeof(frequency));
    const Words length = {lengths[rows[i]], lengths[rows[i + 1]], lengths[rows[i + 2]], lengths[rows[i + 3]]};
    const Floats f = to_floats(frequency);
    const Floats norm = norm_ + norm_per_position_ * to_floats(length);
    const Floats value = (impact_ ? slope_ * f : slope_ * f / (f + norm)) + constant_;
    const Floats rounded = value + 0.5f;
    Integers whole = __builtin_convertvector(rounded < kMost ? rounded : Floats{kMost, kMost, kMost, kMost}, Integers);
    whole = whole > 1 ? whole : Integers{1, 1, 1, 1};
    std::memcpy(&scores[i], &whole, sizeof(whole));
  }
  for (; i < rows.size(); ++i) scores[i] = score(frequencies[i], lengths[rows[i]]);
}

}  // namespace vicinal::postings
