#pragma once
/// The precision that is used where nobody names one.
///
/// It is the fastest whose scores on tasks (STS-B, SciFact, NFCorpus: bench/scores.py) stay within 0.1 point of f32's.
/// bf16 does, and takes half of f32's time where the processor has bf16 products; where it has none, bf16 is f32
/// arithmetic on rounded numbers: no faster and less exact. int8 loses more than that on some models, so it is only
/// ever asked for.

#include <string_view>

#include "kernels/table.h"
#include "vicinal/embedder.h"

namespace vicinal::embed {

struct DefaultPrecision {
  Precision precision = Precision::f32;
  std::string_view reason;  ///< for a person: why this one here
};

/// For a level of kernels. Thread-safe.
DefaultPrecision default_precision(const kernels::Table& table);

}  // namespace vicinal::embed
