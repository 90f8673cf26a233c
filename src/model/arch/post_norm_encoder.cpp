#include "model/arch/post_norm_encoder.h"

#include <algorithm>
#include <cmath>

#include "model/arch/post_norm_activations.h"
#include "model/checked_rows.h"
#include "model/pooling.h"
#include "model/tensor_floats.h"

namespace vicinal::model {
namespace {

using kernels::Activation;
using kernels::GemmOutput;
using kernels::Table;
using kernels::WeightType;

/// Rows between two attentions are worked on in blocks of this many, so that a block's activations stay in the
/// second-level cache from the attention's output to the next layer's qkv. A multiple of every level's tile height.
constexpr size_t kBlockRows = 96;

/// y = x·wᵀ + bias and what GemmOutput asks for besides; the weight's type says which form of `x` is read.
void multiply(const Table& table, const LinearWeights& linear, const Operand& x, size_t rows, GemmOutput y) {
  y.bias = linear.bias;
  switch (linear.weight.type) {
    case WeightType::f32:
      table.gemm_f32({.a = x.f32.data, .lda = x.f32.stride, .m = rows, .w = linear.weight, .y = y});
      break;
    case WeightType::bf16:
      table.gemm_bf16({.a = x.bf16.data, .lda = x.bf16.stride, .m = rows, .w = linear.weight, .y = y});
      break;
    case WeightType::int8:
      table.gemm_int8({.a = x.u8.data,
                       .lda = x.u8.stride,
                       .m = rows,
                       .scale = x.scale,
                       .zero = x.zero,
                       .w = linear.weight,
                       .y = y});
      break;
  }
}

GemmOutput write_to(const Output& out, Activation activation = Activation::none) {
  const size_t ld = out.f32.data != nullptr ? out.f32.stride : out.bf16.stride;
  return {.activation = activation, .out_f32 = out.f32.data, .out_bf16 = out.bf16.data, .ld_out = ld};
}

GemmOutput add_to(const Rows<float>& residual, const Rows<float>& out) {
  return {.residual = residual.data, .ld_residual = residual.stride, .out_f32 = out.data, .ld_out = out.stride};
}

class PostNormEncoder final : public Encoder {
 public:
  PostNormEncoder(const EncoderConfig& config, PostNormWeights weights, WeightType type, RelativeBias bias)
      : config_(config),
        weights_(std::move(weights)),
        bias_(std::move(bias)),
        type_(type),
        checked_words_(config.vocabulary) {}

  void encode(const TokenBatch& batch, const PoolingSpec& pooling, Workspace& workspace,
              base::MutableMatrixView out) const override {
    const Rows<float> x = forward(batch, workspace);
    pool(table(), pooling, {x.data, batch.ids.size(), config_.hidden, x.stride}, batch.offsets, out);
  }

  void encode_tokens(const TokenBatch& batch, Workspace& workspace, base::MutableMatrixView out) const override {
    VICINAL_CHECK_EQ(out.rows, batch.ids.size());
    VICINAL_CHECK_EQ(out.cols, config_.hidden);
    const Rows<float> x = forward(batch, workspace);
    for (size_t i = 0; i < out.rows; ++i) std::copy_n(x.row(i), config_.hidden, out.row(i).data());
  }

  Result<> check(std::span<const int32_t> ids) const override {
    for (const int32_t id : ids) {
      if (id < 0 || static_cast<size_t>(id) >= config_.vocabulary) {
        return Error(Code::corrupt, "tokenizer.json gives an id that the model does not have")
            .with("id", id)
            .with("vocabulary", config_.vocabulary);
      }
      const auto finite = [&](size_t word) { return all_finite({weights_.word(word), config_.hidden}); };
      if (!checked_words_.holds(static_cast<size_t>(id), finite))
        return Error(Code::corrupt, "weights of a word are NaN or infinite: pull the model again").with("id", id);
    }
    return {};
  }

  const EncoderConfig& config() const override { return config_; }

 private:
  const Table& table() const { return weights_.table(); }

  /// The last hidden state: [T, H] in the workspace.
  Rows<float> forward(const TokenBatch& batch, Workspace& workspace) const {
    const size_t tokens = batch.ids.size();
    const size_t longest = longest_sequence(batch);
    const size_t block = std::min(tokens, kBlockRows);
    const size_t scratch = table().attention_scratch_bytes(longest, config_.heads, config_.hidden / config_.heads);
    const PostNormActivations act = take_activations(config_, type_, {tokens, block, scratch}, workspace);
    embed(batch, act);
    for_blocks(tokens, [&](size_t row, size_t rows) {
      norm_rows(weights_.embedding_norm(), {act.x.row(row), act.x.stride}, act, row, rows);
      project(weights_.layers().front(), act, row, rows);
    });
    for (size_t i = 0; i < config_.layers; ++i) {
      attend(batch, act);
      for_blocks(tokens, [&](size_t row, size_t rows) {
        finish_layer(weights_.layers()[i], act, row, rows);
        if (i + 1 < config_.layers) project(weights_.layers()[i + 1], act, row, rows);
      });
    }
    return act.x;
  }

  /// A batch that breaks TokenBatch's rules is a bug of the caller.
  size_t longest_sequence(const TokenBatch& batch) const {
    VICINAL_CHECK_LT(size_t{1}, batch.offsets.size());
    VICINAL_CHECK_EQ(batch.offsets.front(), 0U);
    VICINAL_CHECK_EQ(batch.offsets.back(), batch.ids.size());
    size_t longest = 0;
    for (size_t i = 0; i + 1 < batch.offsets.size(); ++i) {
      VICINAL_CHECK_LT(batch.offsets[i], batch.offsets[i + 1]);
      longest = std::max<size_t>(longest, batch.offsets[i + 1] - batch.offsets[i]);
    }
    VICINAL_CHECK_LE(longest, config_.positions);
    for (const int32_t id : batch.ids) VICINAL_CHECK_LT(static_cast<uint32_t>(id), config_.vocabulary);
    return longest;
  }

  template <class Work>
  static void for_blocks(size_t tokens, const Work& work) {
    for (size_t row = 0; row < tokens; row += kBlockRows) work(row, std::min(kBlockRows, tokens - row));
  }

  void embed(const TokenBatch& batch, const PostNormActivations& act) const {
    for (size_t i = 0; i < batch.sequences(); ++i) {
      size_t next = config_.first_position_row();
      for (uint32_t t = batch.offsets[i]; t < batch.offsets[i + 1]; ++t) {
        const bool padding = batch.ids[t] == config_.padding_row;
        const size_t row = padding ? static_cast<size_t>(config_.padding_row) : next++;
        const float* word = weights_.word(static_cast<size_t>(batch.ids[t]));
        table().add3(word, weights_.first_token_type(), weights_.position_row(row), act.x.row(t), config_.hidden);
      }
    }
  }

  /// Rows [row, row + rows) of the residual stream and of its operand become the norm of `from`'s first `rows` rows.
  void norm_rows(const NormWeights& weights, const Rows<float>& from, const PostNormActivations& act, size_t row,
                 size_t rows) const {
    const Operand out = act.x_operand.from_row(row);
    table().layer_norm({.x = from.data,
                        .ldx = from.stride,
                        .m = rows,
                        .width = config_.hidden,
                        .gamma = weights.gamma,
                        .beta = weights.beta,
                        .eps = config_.layer_norm_eps,
                        .out_f32 = act.x.row(row),
                        .ld_f32 = act.x.stride,
                        .out_bf16 = out.bf16.data,
                        .ld_bf16 = out.bf16.stride,
                        .out_u8 = out.u8.data,
                        .ld_u8 = out.u8.stride,
                        .scale = out.scale,
                        .zero = out.zero});
  }

  void project(const PostNormLayer& layer, const PostNormActivations& act, size_t row, size_t rows) const {
    multiply(table(), layer.qkv, act.x_operand.from_row(row), rows, write_to(act.qkv.from_row(row)));
  }

  void attend(const TokenBatch& batch, const PostNormActivations& act) const {
    for (size_t i = 0; i < batch.sequences(); ++i) {
      const size_t begin = batch.offsets[i];
      const size_t n = batch.offsets[i + 1] - begin;
      if (type_ == WeightType::f32) {
        table().attention_f32(attention(act.qkv.f32, act.context.f32, begin, n, act.attention_scratch));
      } else {
        const auto attend = type_ == WeightType::int8 ? table().attention_int8 : table().attention_bf16;
        attend(attention(act.qkv.bf16, act.context.bf16, begin, n, act.attention_scratch));
      }
    }
  }

  template <class T>
  kernels::Attention<T> attention(const Rows<T>& qkv, const Rows<T>& context, size_t begin, size_t n,
                                  void* scratch) const {
    const size_t head_dim = config_.hidden / config_.heads;
    T* q = qkv.row(begin);
    return {.q = q,
            .k = q + config_.hidden,
            .v = q + 2 * config_.hidden,
            .ld_qkv = qkv.stride,
            .out = context.row(begin),
            .ld_out = context.stride,
            .n = n,
            .heads = config_.heads,
            .head_dim = head_dim,
            .scale = 1.0F / std::sqrt(static_cast<float>(head_dim)),
            .relative_bias = bias_.origin(),
            .ld_bias = bias_.stride(),
            .scratch = scratch};
  }

  /// A block's intermediate result as the next product reads it.
  Operand operand(const Output& from, size_t rows, size_t width, const PostNormActivations& act) const {
    if (type_ != WeightType::int8) return from.operand();
    const Operand& out = act.block_u8;
    table().quantize_rows({.x_bf16 = from.bf16.data,
                           .ldx = from.bf16.stride,
                           .m = rows,
                           .width = width,
                           .q = out.u8.data,
                           .ldq = out.u8.stride,
                           .scale = out.scale,
                           .zero = out.zero});
    return out;
  }

  /// From the attention's output to the end of the layer, for one block of rows.
  void finish_layer(const PostNormLayer& layer, const PostNormActivations& act, size_t row, size_t rows) const {
    const Rows<float> x{act.x.row(row), act.x.stride};
    const Operand context = operand(act.context.from_row(row), rows, config_.hidden, act);
    multiply(table(), layer.out, context, rows, add_to(x, act.sum));
    norm_rows(layer.attention_norm, act.sum, act, row, rows);
    multiply(table(), layer.up, act.x_operand.from_row(row), rows, write_to(act.inner, config_.activation));
    const Operand inner = operand(act.inner, rows, config_.intermediate, act);
    multiply(table(), layer.down, inner, rows, add_to(x, act.sum));
    norm_rows(layer.output_norm, act.sum, act, row, rows);
  }

  EncoderConfig config_;
  PostNormWeights weights_;
  RelativeBias bias_;
  WeightType type_;
  mutable CheckedRows checked_words_;
};

}  // namespace

std::unique_ptr<Encoder> make_post_norm_encoder(const EncoderConfig& config, PostNormWeights weights, WeightType type,
                                                RelativeBias bias) {
  return std::make_unique<PostNormEncoder>(config, std::move(weights), type, std::move(bias));
}

}  // namespace vicinal::model
