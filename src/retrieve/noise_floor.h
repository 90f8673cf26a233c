#pragma once
/// What a dense score is worth in this collection, and when an answer is none.
///
/// Two baselines, both of things that have nothing to do with each other:
/// - pairs: cosines of random pairs of stored vectors. They place one score (`percentile`), and their mean and σ scale
/// the
///   dense arm of a fusion (`baseline_of`).
/// - probes: the best score that each of some everyday questions (`probe_questions`) gets from the whole collection.
/// They
///   judge a list (`answers`), because the best of n passages, asked by something as short as a question, lies
///   elsewhere than a pair of passages. A collection about everything answers the probes too, and refuses little.
///
/// How often this is wrong was measured, on English sets: docs/fusion.md. Plain data; pure functions; thread-safe.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "retrieve/fusion.h"
#include "vicinal/result.h"

namespace vicinal::retrieve {

/// The shares of random pairs that lie below `NoiseFloor::quantiles`.
inline constexpr std::array<double, 13> kQuantileShares = {0,    0.01, 0.05, 0.1,   0.25,  0.5, 0.75,
                                                           0.90, 0.95, 0.99, 0.995, 0.999, 1};

/// Best scores of the probes, over the collection.
struct ProbeFloor {
  size_t probes = 0;
  double mean = 0;
  double sigma = 0;
};

struct NoiseFloor {
  size_t rows = 0;   ///< how many vectors the collection had
  size_t pairs = 0;  ///< how many pairs were looked at
  double mean = 0;
  double sigma = 0;
  std::array<double, kQuantileShares.size()> quantiles{};  ///< ascending
  std::optional<ProbeFloor> probes;
};

/// How alike two rows are (from 0, never the same twice), as a search would score them.
using PairScore = std::function<Result<float>(size_t a, size_t b)>;

/// A stored vector. The span is read before the next call.
using RowOf = std::function<Result<std::span<const float>>(size_t row)>;

/// The cosine of rows. Its calls give invalid_argument for rows of different lengths.
PairScore cosine_of(RowOf row_of);

struct PairSample {
  size_t pairs = 10'000;  ///< at most; all pairs where there are no more
  uint64_t seed = 1;      ///< the same seed and rows give the same floor
};

/// invalid_argument: fewer than two rows, no pairs asked for, a score that is not finite. Errors of `score`.
Result<NoiseFloor> fit_noise_floor(size_t rows, const PairScore& score, const PairSample& sample = {});

/// `tops`: each probe's best score. invalid_argument: fewer than 8, or one that is not finite.
Result<ProbeFloor> fit_probe_floor(std::span<const float> tops);

/// Fifty questions of everyday life, in English, to be embedded in the query role.
std::span<const std::string_view> probe_questions();

/// The share of random pairs that are less alike, 0 to 100, between quantiles on a line.
double percentile(const NoiseFloor& floor, double score);

/// More alike than 99 of 100 random pairs.
bool above_noise(const NoiseFloor& floor, double score);

/// For Arm::baseline; nullopt where too little was seen to divide by it (fewer than 100 pairs, or all alike).
std::optional<Baseline> baseline_of(const NoiseFloor& floor);

/// What a result list offers.
struct AnswerSigns {
  double best_similarity = 0;  ///< of the dense arm's first
  /// The lexical arm's best score over the most that the query could get, Σ idf · (k1 + 1) or what its formula tends
  /// to, words that the collection lacks included: 0 to 1. nullopt without a lexical arm.
  std::optional<double> lexical_share;
};

/// The best similarity in σ above the probes' mean, plus kLexicalSigmas · lexical_share.
double answer_strength(const ProbeFloor& probes, const AnswerSigns& signs);

/// False: nothing in the list rises above the noise.
bool answers(const ProbeFloor& probes, const AnswerSigns& signs);

inline constexpr double kLexicalSigmas = 6;
inline constexpr double kLeastStrength = 1.5;        ///< with a lexical arm
inline constexpr double kLeastDenseStrength = -0.2;  ///< without

std::string to_json(const NoiseFloor& floor);
/// invalid_argument with "at": what is missing, of another type, or no possible floor. unsupported: a newer schema.
Result<NoiseFloor> parse_noise_floor(std::string_view json);

}  // namespace vicinal::retrieve
