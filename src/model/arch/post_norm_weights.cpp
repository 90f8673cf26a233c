#include "model/arch/post_norm_weights.h"

#include <algorithm>

#include "model/workspace.h"

namespace vicinal::model {
namespace {

using kernels::WeightType;

/// One weight matrix of a layer as it is packed: parts of equal shape one below the other.
struct LinearPlan {
  std::span<const std::string_view> parts;  ///< tensor names without ".weight" and ".bias"
  size_t part_n, k;
  std::string_view without_bias = {};  ///< the part whose bias means nothing

  size_t n() const { return part_n * parts.size(); }
};

std::string layer_prefix(size_t layer) { return "encoder.layer." + std::to_string(layer) + "."; }

std::string join(std::string_view a, std::string_view b, std::string_view c = {}) {
  return std::string(a).append(b).append(c);
}

}  // namespace

/// Loads one checkpoint: checks all shapes, takes one block of memory, fills it layer by layer.
class PostNormLoader {
 public:
  PostNormLoader(const EncoderConfig& config, PostNormWeights& weights, WeightType type, const PostNormNames& names)
      : config_(config), weights_(weights), source_(weights.checkpoint_), type_(type), names_(names) {}

  Result<> load() {
    VICINAL_TRY_VOID(load_tables());
    for (size_t i = 0; i < config_.layers; ++i) VICINAL_TRY_VOID(check_layer(layer_prefix(i)));
    const PackedKey key = packed_key();
    weights_.packed_ = source_.packed_cache().find(key);
    Carver carver(weights_.packed_.data());
    VICINAL_TRY(weights_.embedding_norm_, load_norm("embeddings.LayerNorm", carver));
    weights_.layers_.resize(config_.layers);
    for (size_t i = 0; i < config_.layers; ++i) {
      VICINAL_TRY_VOID(load_layer(layer_prefix(i), carver, weights_.layers_[i]));
    }
    source_.packed_cache().keep(key, weights_.packed_);
    return {};
  }

 private:
  LinearPlan qkv() const { return {names_.qkv, config_.hidden, config_.hidden, names_.qkv[1]}; }
  LinearPlan out() const { return {{&names_.out, 1}, config_.hidden, config_.hidden}; }
  LinearPlan up() const { return {{&names_.up, 1}, config_.intermediate, config_.hidden}; }
  LinearPlan down() const { return {{&names_.down, 1}, config_.hidden, config_.intermediate}; }

  Result<> load_tables() {
    const size_t hidden = config_.hidden;
    weights_.hidden_ = hidden;
    VICINAL_TRY(const auto words, source_.borrow_unread("embeddings.word_embeddings.weight",
                                                        {config_.vocabulary, hidden}, &weights_.word_copy_));
    VICINAL_TRY(const auto positions, source_.borrow("embeddings.position_embeddings.weight",
                                                     {config_.position_rows(), hidden}, &weights_.position_copy_));
    weights_.words_ = words.data();
    weights_.positions_ = positions.data();
    return load_token_types();
  }

  Result<> load_token_types() {
    base::AlignedBuffer<float>& copy = weights_.token_type_copy_;
    if (config_.token_types == 0) {
      copy = base::AlignedBuffer<float>(config_.hidden);
      weights_.token_types_ = copy.data();
      return {};
    }
    const Shape shape = {config_.token_types, config_.hidden};
    VICINAL_TRY(const auto types, source_.borrow("embeddings.token_type_embeddings.weight", shape, &copy));
    weights_.token_types_ = types.data();
    return {};
  }

  Result<> check_linear(const std::string& prefix, const LinearPlan& plan) const {
    for (const std::string_view part : plan.parts) {
      VICINAL_TRY_VOID(source_.find(join(prefix, part, ".weight"), {plan.part_n, plan.k}));
      VICINAL_TRY_VOID(source_.find(join(prefix, part, ".bias"), {plan.part_n}));
    }
    return {};
  }

  Result<> check_norm(const std::string& prefix) const {
    VICINAL_TRY_VOID(source_.find(prefix + ".weight", {config_.hidden}));
    VICINAL_TRY_VOID(source_.find(prefix + ".bias", {config_.hidden}));
    return {};
  }

  Result<> check_layer(const std::string& prefix) const {
    for (const LinearPlan& plan : {qkv(), out(), up(), down()}) VICINAL_TRY_VOID(check_linear(prefix, plan));
    VICINAL_TRY_VOID(check_norm(join(prefix, names_.attention_norm)));
    return check_norm(join(prefix, names_.output_norm));
  }

  PackedKey packed_key() const {
    Carver counter(nullptr);
    take_norm(counter);
    for (size_t i = 0; i < config_.layers; ++i) {
      for (const LinearPlan& plan : {qkv(), out(), up(), down()}) take_linear(plan, counter);
      take_norm(counter);
      take_norm(counter);
    }
    return {.architecture = config_.architecture,
            .level = source_.table().level,
            .type = type_,
            .layout = counter.layout(),
            .bytes = counter.bytes()};
  }

  struct LinearMemory {
    std::byte* weight;
    float* bias;
  };
  LinearMemory take_linear(const LinearPlan& plan, Carver& carver) const {
    std::byte* weight = carver.take<std::byte>(source_.table().packed_bytes(type_, plan.n(), plan.k));
    return {weight, carver.take<float>(plan.n())};
  }

  struct NormMemory {
    float *gamma, *beta;
  };
  NormMemory take_norm(Carver& carver) const {
    float* gamma = carver.take<float>(config_.hidden);
    return {gamma, carver.take<float>(config_.hidden)};
  }

  /// The plan's matrix as floats in one piece: in the file where it is one part, else joined in scratch_.
  Result<const float*> gather(const std::string& prefix, const LinearPlan& plan) {
    if (plan.parts.size() == 1) {
      const std::string name = join(prefix, plan.parts[0], ".weight");
      VICINAL_TRY(const auto floats, source_.borrow(name, {plan.part_n, plan.k}, &scratch_));
      return floats.data();
    }
    const size_t part = plan.part_n * plan.k;
    scratch_.reserve_discarding(part * plan.parts.size());
    for (size_t i = 0; i < plan.parts.size(); ++i) {
      const std::string name = join(prefix, plan.parts[i], ".weight");
      VICINAL_TRY_VOID(source_.copy(name, {plan.part_n, plan.k}, scratch_.span().subspan(i * part, part)));
    }
    return static_cast<const float*>(scratch_.data());
  }

  Result<LinearWeights> load_linear(const std::string& prefix, const LinearPlan& plan, Carver& carver) {
    const LinearMemory memory = take_linear(plan, carver);
    if (!weights_.packed_.filled()) VICINAL_TRY_VOID(fill_linear(prefix, plan, memory));
    return LinearWeights{{.data = memory.weight, .n = plan.n(), .k = plan.k, .type = type_}, memory.bias};
  }

  Result<> fill_linear(const std::string& prefix, const LinearPlan& plan, const LinearMemory& memory) {
    for (size_t i = 0; i < plan.parts.size(); ++i) {
      const std::span<float> bias(memory.bias + i * plan.part_n, plan.part_n);
      VICINAL_TRY_VOID(source_.copy(join(prefix, plan.parts[i], ".bias"), {plan.part_n}, bias));
      if (plan.parts[i] == plan.without_bias) std::ranges::fill(bias, 0.0F);
    }
    VICINAL_TRY(const float* floats, gather(prefix, plan));
    source_.table().pack(type_, floats, plan.k, plan.n(), plan.k, memory.weight);
    for (const std::string_view part : plan.parts) source_.release(join(prefix, part, ".weight"));
    return {};
  }

  Result<NormWeights> load_norm(const std::string& prefix, Carver& carver) {
    const NormMemory memory = take_norm(carver);
    if (weights_.packed_.filled()) return NormWeights{memory.gamma, memory.beta};
    VICINAL_TRY_VOID(source_.copy(prefix + ".weight", {config_.hidden}, {memory.gamma, config_.hidden}));
    VICINAL_TRY_VOID(source_.copy(prefix + ".bias", {config_.hidden}, {memory.beta, config_.hidden}));
    return NormWeights{memory.gamma, memory.beta};
  }

  Result<> load_layer(const std::string& prefix, Carver& carver, PostNormLayer& layer) {
    VICINAL_TRY(layer.qkv, load_linear(prefix, qkv(), carver));
    VICINAL_TRY(layer.out, load_linear(prefix, out(), carver));
    VICINAL_TRY(layer.up, load_linear(prefix, up(), carver));
    VICINAL_TRY(layer.down, load_linear(prefix, down(), carver));
    VICINAL_TRY(layer.attention_norm, load_norm(join(prefix, names_.attention_norm), carver));
    VICINAL_TRY(layer.output_norm, load_norm(join(prefix, names_.output_norm), carver));
    return {};
  }

  const EncoderConfig& config_;
  PostNormWeights& weights_;
  const Checkpoint& source_;
  const WeightType type_;
  const PostNormNames& names_;
  base::AlignedBuffer<float> scratch_;
};

Result<PostNormWeights> PostNormWeights::load(const EncoderConfig& config, Checkpoint checkpoint, WeightType type,
                                              const PostNormNames& names) {
  PostNormWeights weights(std::move(checkpoint));
  VICINAL_TRY_VOID(PostNormLoader(config, weights, type, names).load());
  return weights;
}

}  // namespace vicinal::model
