#pragma once
/// The weights of a post-norm encoder (see post_norm_encoder.h), packed for one instruction-set level.

#include <array>
#include <string_view>
#include <vector>

#include "base/aligned_buffer.h"
#include "kernels/table.h"
#include "model/checkpoint.h"
#include "model/folder.h"

namespace vicinal::model {

/// How a checkpoint names the tensors of a layer: after "encoder.layer.N.", without ".weight" and ".bias". Around the
/// layers all architectures say "embeddings.word_embeddings", "embeddings.position_embeddings",
/// "embeddings.token_type_embeddings" and "embeddings.LayerNorm".
struct PostNormNames {
  std::array<std::string_view, 3> qkv;  ///< [H, H] each
  std::string_view out;                 ///< [H, H]
  std::string_view attention_norm;
  std::string_view up;    ///< [F, H]
  std::string_view down;  ///< [H, F]
  std::string_view output_norm;
};

struct LinearWeights {
  kernels::PackedWeight weight;
  const float* bias = nullptr;  ///< [weight.n]
};

struct NormWeights {
  const float* gamma = nullptr;  ///< [H]
  const float* beta = nullptr;   ///< [H]
};

struct PostNormLayer {
  /// [3H, H]: query, key, value one below the other, so that one product makes all three. The key's bias is zeros: it
  /// adds q · bias to all scores of a query alike, which softmax takes out, and only costs bf16 keys their last bits.
  LinearWeights qkv;
  LinearWeights out;  ///< [H, H]
  NormWeights attention_norm;
  LinearWeights up;    ///< [F, H]
  LinearWeights down;  ///< [H, F]
  NormWeights output_norm;
};

/// Immutable and move-only. Embedding tables of aligned f32 checkpoints are read in the mapped file: they are
/// touched a row at a time, and processes share them. The words' table, half of a small model, is not read before.
class PostNormWeights {
 public:
  /// Every shape is checked before memory is taken; NaN and infinity are refused, except in the words' table (see
  /// Encoder::check). corrupt / unsupported name the tensor.
  static Result<PostNormWeights> load(const EncoderConfig& config, Checkpoint checkpoint, kernels::WeightType type,
                                      const PostNormNames& names);

  const float* word(size_t id) const { return words_ + id * hidden_; }
  const float* position_row(size_t row) const { return positions_ + row * hidden_; }
  /// Zeros where the architecture has no token types.
  const float* first_token_type() const { return token_types_; }
  const NormWeights& embedding_norm() const { return embedding_norm_; }
  const std::vector<PostNormLayer>& layers() const { return layers_; }
  const kernels::Table& table() const { return checkpoint_.table(); }

 private:
  friend class PostNormLoader;
  explicit PostNormWeights(Checkpoint checkpoint) : checkpoint_(std::move(checkpoint)) {}

  Checkpoint checkpoint_;
  size_t hidden_ = 0;
  const float* words_ = nullptr;
  const float* positions_ = nullptr;
  const float* token_types_ = nullptr;
  NormWeights embedding_norm_;
  std::vector<PostNormLayer> layers_;
  base::AlignedBuffer<float> word_copy_, position_copy_, token_type_copy_;  ///< empty where the file is read in place
  PackedBlock packed_;                                                      ///< all layers, one block
};

}  // namespace vicinal::model
