#pragma once
/// One arm's scores, laid along the candidates of all arms, and what a fusion makes of them. Internal to fusion.

#include <cstdint>
#include <span>
#include <vector>

#include "retrieve/fusion.h"

namespace vicinal::retrieve {

/// Candidate i's score, or NaN where the arm lacks it. REQUIRES: `candidates` ascending and without repetition, each
/// passage of the arm among them.
std::vector<float> column_of(const Arm& arm, std::span<const PassageId> candidates);

/// A similarity is found wherever it is known, a match where it is above 0.
bool is_found(float score, ScoreKind kind);

/// 1 for the best; equal scores share the better rank; 0 where not found.
std::vector<uint32_t> ranks_of(std::span<const float> column, ScoreKind kind);

/// The column on the scale of `fusion`, before the arm's weight. Finite, and in the order of the scores.
std::vector<double> scaled_column(std::span<const float> column, const Arm& arm, const FusionOptions& options);

}  // namespace vicinal::retrieve
