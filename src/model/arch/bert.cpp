#include "model/arch/bert.h"

#include "model/arch/post_norm_encoder.h"

namespace vicinal::model {
namespace {

constexpr PostNormNames kBertNames = {.qkv = {"attention.self.query", "attention.self.key", "attention.self.value"},
                                      .out = "attention.output.dense",
                                      .attention_norm = "attention.output.LayerNorm",
                                      .up = "intermediate.dense",
                                      .down = "output.dense",
                                      .output_norm = "output.LayerNorm"};

}  // namespace

Result<std::unique_ptr<Encoder>> load_bert(const ModelFolder& folder, Checkpoint checkpoint, kernels::WeightType type) {
  VICINAL_TRY(auto weights, PostNormWeights::load(folder.encoder, std::move(checkpoint), type, kBertNames));
  return make_post_norm_encoder(folder.encoder, std::move(weights), type);
}

}  // namespace vicinal::model
