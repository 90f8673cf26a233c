#pragma once
/// BERT (Devlin et al. 2018): learned absolute positions, post-layer-norm blocks, full attention.
/// Token types are 0 throughout: one text a sequence.

#include <memory>

#include "model/checkpoint.h"
#include "model/encoder.h"

namespace vicinal::model {

Result<std::unique_ptr<Encoder>> load_bert(const ModelFolder& folder, Checkpoint checkpoint, kernels::WeightType type);

}  // namespace vicinal::model
