#pragma once
/// What the arithmetic of a text costs at least, and what padding would add to it.

#include <cstddef>
#include <span>

#include "kernels/table.h"
#include "model/folder.h"
#include "vicinal/bench.h"

namespace vicinal::engine {

/// Measured on this core, now: the best of a few short runs. Takes some 0.2 s.
BenchPeaks measure_peaks(const kernels::Table& table);

/// CPU seconds of sequences of these lengths if every product ran at the peak: of a token 2·(4H² + 2HF) operations a
/// layer at the precision's own peak, of a sequence of n tokens 4·n²·H a layer for attention, which is bf16 under int8
/// weights.
double seconds_at_peak(const model::EncoderConfig& config, Precision precision, const BenchPeaks& peaks,
                       std::span<const size_t> lengths);

/// Tokens of batches of 32 in this order, all padded to their longest, over the tokens there are; 1 for no tokens.
double padding_ratio(std::span<const size_t> lengths);

}  // namespace vicinal::engine
