#pragma once
/// The encoder of BERT and its descendants: embeddings and a norm, then layers of attention and a two-layer network, a
/// norm after each (Devlin et al. 2018). What differs between them is data: see PostNormNames and EncoderConfig.

#include <memory>

#include "model/arch/post_norm_weights.h"
#include "model/arch/relative_bias.h"
#include "model/encoder.h"

namespace vicinal::model {

/// `weights` are of `config` and `type`; `bias` is added to the scores of every layer's attention.
std::unique_ptr<Encoder> make_post_norm_encoder(const EncoderConfig& config, PostNormWeights weights,
                                                kernels::WeightType type, RelativeBias bias = {});

}  // namespace vicinal::model
