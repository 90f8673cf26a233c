#pragma once
/// The weights of a BERT encoder, packed for one instruction-set level.

#include <vector>

#include "base/aligned_buffer.h"
#include "kernels/table.h"
#include "model/checkpoint.h"
#include "model/folder.h"

namespace vicinal::model {

struct LinearWeights {
  kernels::PackedWeight weight;
  const float* bias = nullptr;  ///< [weight.n]
};

struct NormWeights {
  const float* gamma = nullptr;  ///< [H]
  const float* beta = nullptr;   ///< [H]
};

struct BertLayer {
  LinearWeights qkv;  ///< [3H, H]: query, key, value one below the other, so that one product makes all three
  LinearWeights out;  ///< [H, H]
  NormWeights attention_norm;
  LinearWeights up;    ///< [F, H]
  LinearWeights down;  ///< [H, F]
  NormWeights output_norm;
};

/// Immutable and move-only. Embedding tables of aligned f32 checkpoints are read in the mapped file: they are
/// touched a row at a time, and processes share them. The words' table, half of a small model, is not read before.
class BertWeights {
 public:
  /// Every shape is checked before memory is taken; NaN and infinity are refused, except in the words' table (see
  /// Encoder::check). corrupt / unsupported name the tensor.
  static Result<BertWeights> load(const EncoderConfig& config, Checkpoint checkpoint, kernels::WeightType type);

  const float* word(size_t id) const { return words_ + id * hidden_; }
  const float* position(size_t position) const { return positions_ + position * hidden_; }
  const float* first_token_type() const { return token_types_; }
  const NormWeights& embedding_norm() const { return embedding_norm_; }
  const std::vector<BertLayer>& layers() const { return layers_; }
  const kernels::Table& table() const { return checkpoint_.table(); }

 private:
  friend class BertLoader;
  explicit BertWeights(Checkpoint checkpoint) : checkpoint_(std::move(checkpoint)) {}

  Checkpoint checkpoint_;
  size_t hidden_ = 0;
  const float* words_ = nullptr;
  const float* positions_ = nullptr;
  const float* token_types_ = nullptr;
  NormWeights embedding_norm_;
  std::vector<BertLayer> layers_;
  base::AlignedBuffer<float> word_copy_, position_copy_, token_type_copy_;  ///< empty where the file is read in place
  PackedBlock packed_;                                                      ///< all layers, one block
};

}  // namespace vicinal::model
