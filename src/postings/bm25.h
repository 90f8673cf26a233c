#pragma once
/// What an occurrence is worth.
///
/// N rows, df of them with the term, f occurrences in a row of length l, the mean length L:
///
///     norm    = k1 * (1 - b + b * l / L)
///     lucene  = ln(1 + (N - df + 0.5) / (df + 0.5)) * f / (f + norm)                     as Lucene since 8.0
///     plus    = ln((N + 1) / df) * (delta + (k1 + 1) * f / (f + norm))                   Lv and Zhai 2011
///     atire   = ln(N / df) * (k1 + 1) * f / (f + norm)                                   Trotman, Jia, Crane 2012
///     okapi   = max(ln((N - df + 0.5) / (df + 0.5)), 1e-6) * (k1 + 1) * f / (f + norm)   Robertson and Walker 1994
///     impact  = f                                                                        learned sparse weights
///
/// Okapi's factor is negative for a term in more than half of the rows; it is kept above zero as SQLite does.
/// Lengths are exact (up to kMaxRowLength); statistics are those of all living rows of a collection.

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/check.h"
#include "postings/impact.h"

namespace vicinal::postings {

enum class Formula : uint8_t { lucene, plus, atire, okapi, impact };

/// invalid_argument: no such name.
Result<Formula> parse_formula(std::string_view name);
std::string_view to_string(Formula formula);

struct Scoring {
  Formula formula = Formula::lucene;
  double k1 = 1.2;     ///< >= 0
  double b = 0.75;     ///< 0 to 1
  double delta = 1.0;  ///< of plus, >= 0
  bool operator==(const Scoring&) const = default;
};
/// invalid_argument: a number that is not finite or out of its range.
Result<> check(const Scoring& scoring);

/// Of a collection's living rows.
struct Statistics {
  uint64_t rows = 0;
  uint64_t positions = 0;  ///< the sum of their lengths
};

/// A weighted frequency is counted in this many parts of one.
inline constexpr double kFrequencyUnit = 65536;

/// ln(...) of the formula; 1 for impacts. A term without rows counts as the rarest:
/// df 0 in lucene and okapi, else 1.
double inverse_document_frequency(const Scoring& scoring, const Statistics& statistics, uint64_t df);

/// Scores of one term as whole numbers: sums are the same in whatever order they are added, so an answer does not
/// depend on what was passed over, nor on how rows are spread over files.
class TermScorer {
 public:
  /// Scores are `weight` times the formula, times `scale`, rounded, at least 1.
  TermScorer(const Scoring& scoring, const Statistics& statistics, double idf, double weight, double scale);

  /// The same of frequencies in parts of one that lengths are divided out of already (field_scoring.h).
  static TermScorer of_weighted(const Scoring& scoring, double idf, double weight, double scale);

  uint32_t score(uint32_t frequency, uint32_t length) const {
    const auto f = static_cast<float>(static_cast<int32_t>(frequency)),
               l = static_cast<float>(static_cast<int32_t>(length));
    const float norm = norm_ + norm_per_position_ * l;
    const float value = (impact_ ? slope_ * f : slope_ * f / (f + norm)) + constant_;
    return static_cast<uint32_t>(std::max(1, static_cast<int32_t>(std::min(value + 0.5f, kMost))));
  }
  /// Nothing that one of the pairs bounds scores more.
  uint32_t bound(const Impacts& impacts) const;
  /// scores[i] for rows[i]; at most 128.
  void score(std::span<const uint32_t> rows, std::span<const uint32_t> frequencies, std::span<const RowLength> lengths,
             uint32_t* scores) const;

 private:
  static constexpr float kMost = 2e9f;  ///< as a whole number: damaged lists may claim any frequency

  bool impact_;
  float slope_;     ///< of f / (f + norm), or of f
  float constant_;  ///< of every occurrence
  float norm_, norm_per_position_;
};

/// What no row's score of one term can exceed, before weight and scale: frequency without end. Of impacts: `largest`.
double largest_score(const Scoring& scoring, double idf, double largest);

}  // namespace vicinal::postings
