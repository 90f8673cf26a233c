#include "model/arch/mpnet.h"

#include "model/arch/post_norm_encoder.h"

namespace vicinal::model {
namespace {

constexpr PostNormNames kMpnetNames = {.qkv = {"attention.attn.q", "attention.attn.k", "attention.attn.v"},
                                       .out = "attention.attn.o",
                                       .attention_norm = "attention.LayerNorm",
                                       .up = "intermediate.dense",
                                       .down = "output.dense",
                                       .output_norm = "output.LayerNorm"};

/// config.json has a member relative_attention_num_buckets, which PyPI transformers does not heed.
constexpr size_t kBuckets = 32;

Result<RelativeBias> load_bias(const EncoderConfig& config, const Checkpoint& checkpoint) {
  std::vector<float> weight(kBuckets * config.heads);
  VICINAL_TRY_VOID(checkpoint.copy("encoder.relative_attention_bias.weight", {kBuckets, config.heads}, weight));
  return RelativeBias(weight, config.heads, config.positions);
}

}  // namespace

Result<std::unique_ptr<Encoder>> load_mpnet(const ModelFolder& folder, Checkpoint checkpoint,
                                            kernels::WeightType type) {
  VICINAL_TRY(RelativeBias bias, load_bias(folder.encoder, checkpoint));
  VICINAL_TRY(auto weights, PostNormWeights::load(folder.encoder, std::move(checkpoint), type, kMpnetNames));
  return make_post_norm_encoder(folder.encoder, std::move(weights), type, std::move(bias));
}

}  // namespace vicinal::model
