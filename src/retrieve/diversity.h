#pragma once
/// Maximal marginal relevance: a list whose passages do not say the same thing again.
///
/// Chosen one after the other: the candidate with the largest
///
///     λ · relevance(d) − (1 − λ) · max over the chosen s of similarity(d, s)
///
/// (J. Carbonell and J. Goldstein, The use of MMR, SIGIR 1998). Relevance is the candidate's score laid on 0 to 1 (its
/// list's least and best), since fused scores have no scale of their own; similarity is max(0, (cosine − floor) / (1 −
/// floor)). With floor 0 it is the cosine; models whose cosines all lie high (e5: 0.7 to 1) need the collection's mean
/// (NoiseFloor::mean), or every passage counts as a repetition. Cost: limit · candidates cosines.

#include <cstddef>
#include <span>
#include <vector>

#include "vicinal/result.h"

namespace vicinal::retrieve {

struct DiversityOptions {
  double lambda = 0.7;          ///< 1: relevance alone, 0: novelty alone
  double similarity_floor = 0;  ///< cosine of passages that have nothing in common, below 1
  size_t limit = 10;            ///< how many to choose
};

/// Places in `scores`, in the order of choice; ties go to the earlier place. vectors[i] is the vector of candidate i;
/// all have one length. invalid_argument: lambda outside 0 to 1, a floor that is not in −1 to 0.999, unequal lengths, a
/// score that is not finite.
Result<std::vector<size_t>> diversify(std::span<const double> scores, std::span<const std::span<const float>> vectors,
                                      const DiversityOptions& options);

}  // namespace vicinal::retrieve
