#pragma once
/// One ranking out of several arms (dense, lexical) that scored the same candidates.
///
/// The candidates are the union of the arms' best; the caller has every arm score all of them, exactly. A passage that
/// an arm lacks all the same takes the arm's least scaled score, at most 0, and no rank.
///
///   weighted      Σ w · scaled. A match score s is s / best (BM25's least value is 0). A similarity is
///                 (s − mean) / (kBaselineSpan · σ), mean and σ of random pairs of the collection (Baseline); without
///                 a baseline (s − least) / (best − least) of the candidates. Only the divisors change the order: a
///                 shift adds the same to all candidates. docs/fusion.md has the measurements.
///   rrf           Σ w / (k + rank), rank from 1, nothing where an arm did not find the passage (Cormack, Clarke and
///                 Büttcher 2009). Equal scores share the better rank, so ids do not decide.
///   distribution  Σ w · (s − (mean − 3σ)) / 6σ, mean and σ of the candidates: distribution-based score fusion
///                 (M. Mazzeschi 2023), unclamped, so that the order of what lies outside 3σ is kept.
///
/// Pure functions; thread-safe.

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "retrieve/passage.h"
#include "vicinal/result.h"

namespace vicinal::retrieve {

enum class Fusion { weighted, rrf, distribution };

/// "weighted", "rrf", "distribution".
std::string_view to_string(Fusion fusion);
/// invalid_argument with the nearest name and all of them.
Result<Fusion> parse_fusion(std::string_view name);

enum class ScoreKind {
  similarity,  ///< every passage has one, negative or not: cosine
  match,       ///< 0 or less: nothing matched, which is not being found: BM25
};

/// What a similarity is between things that have nothing to do with each other (noise_floor.h fits it).
struct Baseline {
  double mean = 0;
  double sigma = 0;  ///< from 1e-9
};

/// A similarity this many σ above the collection's mean weighs like the best match. Measured: docs/fusion.md.
inline constexpr double kBaselineSpan = 5.5;

struct Arm {
  ScoreKind kind = ScoreKind::similarity;
  double weight = 1;                  ///< 0 to a million; an arm of weight 0 is only reported
  std::optional<Baseline> baseline;   ///< of a similarity, where the collection has one
  std::vector<ScoredPassage> scores;  ///< each passage once, in any order
};

struct FusionOptions {
  Fusion kind = Fusion::weighted;
  double alpha = 0.7;  ///< weight of the dense arm, 0 to 1; the lexical arm has the rest. Ends equal the single arms
  double rrf_k = 60;   ///< > 0
};

/// What one arm said of a passage.
struct ArmPlace {
  float score = 0;    ///< as the arm gave it
  uint32_t rank = 0;  ///< 1 is the best; 0: not found there
  double share = 0;   ///< what it added to the fused score
};

inline constexpr size_t kMaxArms = 4;

struct FusedPassage {
  uint64_t document = 0;
  uint32_t ordinal = 0;
  double score = 0;                       ///< comparable within one answer only
  std::array<ArmPlace, kMaxArms> arms{};  ///< in the order of the arms
  PassageId id() const { return {document, ordinal}; }
};

/// Best first; ties by document, then ordinal. Passages that no arm with a weight found are left out.
/// invalid_argument: more than kMaxArms arms, a weight below 0 or above a million, no weight above 0, a score
/// that is not finite, a passage twice in an arm, a baseline of other numbers, rrf_k that is not above 0.
/// `alpha` is not looked at.
Result<std::vector<FusedPassage>> fuse(std::span<const Arm> arms, const FusionOptions& options);

/// The two usual arms: weights alpha and 1 − alpha instead of the arms' own. invalid_argument: alpha outside 0 to 1.
Result<std::vector<FusedPassage>> fuse(Arm dense, Arm lexical, const FusionOptions& options);

}  // namespace vicinal::retrieve
