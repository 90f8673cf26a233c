#pragma once
/// MPNet (Song et al. 2020) as an encoder: BERT's blocks without token types, with a bias by relative position in every
/// layer's attention, the same in all of them. Learned positions are counted from row 2 of their table.

#include <memory>

#include "model/checkpoint.h"
#include "model/encoder.h"

namespace vicinal::model {

Result<std::unique_ptr<Encoder>> load_mpnet(const ModelFolder& folder, Checkpoint checkpoint, kernels::WeightType type);

}  // namespace vicinal::model
