#include "model/arch/bert_weights.h"

#include <array>

#include "model/workspace.h"

namespace vicinal::model {
namespace {

using kernels::WeightType;

/// One weight matrix of a layer as it is packed: parts of equal shape one below the other.
struct LinearPlan {
  std::span<const std::string_view> parts;  ///< tensor names without ".weight" and ".bias"
  size_t part_n, k;

  size_t n() const { return part_n * parts.size(); }
};

constexpr std::array<std::string_view, 3> kQkv = {"attention.self.query", "attention.self.key", "attention.self.value"};
constexpr std::array<std::string_view, 1> kOut = {"attention.output.dense"};
constexpr std::array<std::string_view, 1> kUp = {"intermediate.dense"};
constexpr std::array<std::string_view, 1> kDown = {"output.dense"};
constexpr std::string_view kAttentionNorm = "attention.output.LayerNorm";
constexpr std::string_view kOutputNorm = "output.LayerNorm";

std::string layer_prefix(size_t layer) { return "encoder.layer." + std::to_string(layer) + "."; }

std::string join(std::string_view a, std::string_view b, std::string_view c = {}) {
  return std::string(a).append(b).append(c);
}

}  // namespace

/// Loads one checkpoint: checks all shapes, takes one block of memory, fills it layer by layer.
class BertLoader {
 public:
  BertLoader(const EncoderConfig& config, BertWeights& weights, WeightType type)
      : config_(config), weights_(weights), source_(weights.checkpoint_), type_(type) {}

  Result<> load() {
    VICINAL_TRY_VOID(load_tables());
    for (size_t i = 0; i < config_.layers; ++i) VICINAL_TRY_VOID(check_layer(layer_prefix(i)));
    weights_.packed_ = base::AlignedBuffer<std::byte>(packed_bytes());
    Carver carver(weights_.packed_.data());
    VICINAL_TRY(weights_.embedding_norm_, load_norm("embeddings.LayerNorm", carver));
    weights_.layers_.resize(config_.layers);
    for (size_t i = 0; i < config_.layers; ++i) {
      VICINAL_TRY_VOID(load_layer(layer_prefix(i), carver, weights_.layers_[i]));
    }
    return {};
  }

 private:
  LinearPlan qkv() const { return {kQkv, config_.hidden, config_.hidden}; }
  LinearPlan out() const { return {kOut, config_.hidden, config_.hidden}; }
  LinearPlan up() const { return {kUp, config_.intermediate, config_.hidden}; }
  LinearPlan down() const { return {kDown, config_.hidden, config_.intermediate}; }

  Result<> load_tables() {
    const size_t hidden = config_.hidden;
    weights_.hidden_ = hidden;
    VICINAL_TRY(const auto words, source_.borrow_unread("embeddings.word_embeddings.weight",
                                                        {config_.vocabulary, hidden}, &weights_.word_copy_));
    VICINAL_TRY(const auto positions, source_.borrow("embeddings.position_embeddings.weight",
                                                     {config_.positions, hidden}, &weights_.position_copy_));
    VICINAL_TRY(const auto types, source_.borrow("embeddings.token_type_embeddings.weight",
                                                 {config_.token_types, hidden}, &weights_.token_type_copy_));
    weights_.words_ = words.data();
    weights_.positions_ = positions.data();
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
    VICINAL_TRY_VOID(check_norm(join(prefix, kAttentionNorm)));
    return check_norm(join(prefix, kOutputNorm));
  }

  size_t packed_bytes() const {
    Carver counter(nullptr);
    take_norm(counter);
    for (size_t i = 0; i < config_.layers; ++i) {
      for (const LinearPlan& plan : {qkv(), out(), up(), down()}) take_linear(plan, counter);
      take_norm(counter);
      take_norm(counter);
    }
    return counter.bytes();
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
    for (size_t i = 0; i < plan.parts.size(); ++i) {
      const std::span<float> bias(memory.bias + i * plan.part_n, plan.part_n);
      VICINAL_TRY_VOID(source_.copy(join(prefix, plan.parts[i], ".bias"), {plan.part_n}, bias));
    }
    VICINAL_TRY(const float* floats, gather(prefix, plan));
    source_.table().pack(type_, floats, plan.k, plan.n(), plan.k, memory.weight);
    for (const std::string_view part : plan.parts) source_.release(join(prefix, part, ".weight"));
    return LinearWeights{{.data = memory.weight, .n = plan.n(), .k = plan.k, .type = type_}, memory.bias};
  }

  Result<NormWeights> load_norm(const std::string& prefix, Carver& carver) {
    const NormMemory memory = take_norm(carver);
    VICINAL_TRY_VOID(source_.copy(prefix + ".weight", {config_.hidden}, {memory.gamma, config_.hidden}));
    VICINAL_TRY_VOID(source_.copy(prefix + ".bias", {config_.hidden}, {memory.beta, config_.hidden}));
    return NormWeights{memory.gamma, memory.beta};
  }

  Result<> load_layer(const std::string& prefix, Carver& carver, BertLayer& layer) {
    VICINAL_TRY(layer.qkv, load_linear(prefix, qkv(), carver));
    VICINAL_TRY(layer.out, load_linear(prefix, out(), carver));
    VICINAL_TRY(layer.up, load_linear(prefix, up(), carver));
    VICINAL_TRY(layer.down, load_linear(prefix, down(), carver));
    VICINAL_TRY(layer.attention_norm, load_norm(join(prefix, kAttentionNorm), carver));
    VICINAL_TRY(layer.output_norm, load_norm(join(prefix, kOutputNorm), carver));
    return {};
  }

  const EncoderConfig& config_;
  BertWeights& weights_;
  const Checkpoint& source_;
  const WeightType type_;
  base::AlignedBuffer<float> scratch_;
};

Result<BertWeights> BertWeights::load(const EncoderConfig& config, Checkpoint checkpoint, WeightType type) {
  BertWeights weights(std::move(checkpoint));
  VICINAL_TRY_VOID(BertLoader(config, weights, type).load());
  return weights;
}

}  // namespace vicinal::model
