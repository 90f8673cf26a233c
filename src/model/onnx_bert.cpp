#include "model/onnx_bert.h"

#include <algorithm>
#include <optional>

#include "model/onnx_attention.h"
#include "model/onnx_embeddings.h"
#include "model/onnx_leftovers.h"

namespace vicinal::model {
namespace {

constexpr size_t kMaxLayers = 1024;

Error in_layer(Error error, size_t layer) { return std::move(error.with("layer", layer)); }

/// Collects the tensors of one encoder, in the order in which the graph is walked.
class BertWalk {
 public:
  BertWalk(const OnnxGraph& graph, size_t known_heads) : graph_(graph), known_heads_(known_heads) {}

  Result<BertMapping> walk() {
    VICINAL_TRY(OnnxValue x, walk_embeddings());
    for (size_t layer = 0; layer < kMaxLayers; ++layer) {
      auto dense = match_dense_layers(graph_, x);
      if (!dense) return in_layer(dense.error(), layer);
      if (dense->empty()) return finish(x);
      auto next = walk_layer(layer, x, *dense);
      if (!next) return in_layer(next.error(), layer);
      x = *next;
      ++out_.encoder.layers;
    }
    return graph_misfit("too many layers");
  }

 private:
  Result<OnnxValue> walk_embeddings() {
    VICINAL_TRY(const OnnxEmbeddings found, match_embeddings(graph_));
    EncoderConfig& encoder = out_.encoder;
    encoder.architecture = "bert";
    encoder.vocabulary = found.words->shape[0];
    encoder.hidden = found.words->shape[1];
    encoder.positions = found.positions->shape[0];
    encoder.token_types = found.types->elements() / std::max<size_t>(encoder.hidden, 1);
    add("embeddings.word_embeddings.weight", {encoder.vocabulary, encoder.hidden}, found.words);
    add("embeddings.position_embeddings.weight", {encoder.positions, encoder.hidden}, found.positions);
    add("embeddings.token_type_embeddings.weight", {encoder.token_types, encoder.hidden}, found.types);
    return walk_norm("embeddings.LayerNorm", found.sum);
  }

  Result<OnnxValue> walk_layer(size_t layer, OnnxValue x, const std::vector<OnnxDense>& dense) {
    const std::string prefix = "encoder.layer." + std::to_string(layer) + ".";
    VICINAL_TRY(const OnnxValue attended, walk_attention(prefix + "attention.", x, dense));
    VICINAL_TRY(const OnnxDense up, match_dense(graph_, attended, "feed-forward"));
    VICINAL_TRY(const OnnxGelu gelu, match_gelu(graph_, up.out));
    VICINAL_TRY(const OnnxDense down, match_dense(graph_, gelu.out, "feed-forward"));
    if (layer == 0) {
      out_.encoder.intermediate = up.n;
      out_.encoder.activation = gelu.kind;
    }
    if (gelu.kind != out_.encoder.activation) return graph_misfit("layers have different activations");
    VICINAL_TRY_VOID(add_dense(prefix + "intermediate.dense", up, out_.encoder.intermediate, out_.encoder.hidden));
    VICINAL_TRY_VOID(add_dense(prefix + "output.dense", down, out_.encoder.hidden, out_.encoder.intermediate));
    VICINAL_TRY(const OnnxValue sum, match_residual(graph_, down.out, attended, "feed-forward"));
    return walk_norm(prefix + "output.LayerNorm", sum);
  }

  Result<OnnxValue> walk_attention(const std::string& prefix, OnnxValue x, const std::vector<OnnxDense>& dense) {
    if (dense.size() != 3)
      return graph_misfit("a layer's input feeds other than three dense layers").with("found", dense.size());
    const size_t hidden = out_.encoder.hidden;
    for (const OnnxDense& each : dense)
      if (each.n != hidden || each.k != hidden) return wrong_shape("query, key or value", each, hidden, hidden);
    VICINAL_TRY(const OnnxAttention found, match_attention(graph_, {dense[0], dense[1], dense[2]}, known_heads_));
    VICINAL_TRY_VOID(agree_on_heads(found.heads));
    VICINAL_TRY_VOID(add_dense(prefix + "self.query", found.query, hidden, hidden));
    VICINAL_TRY_VOID(add_dense(prefix + "self.key", found.key, hidden, hidden));
    VICINAL_TRY_VOID(add_dense(prefix + "self.value", found.value, hidden, hidden));
    VICINAL_TRY_VOID(add_dense(prefix + "output.dense", found.out, hidden, hidden));
    VICINAL_TRY(const OnnxValue sum, match_residual(graph_, found.out.out, x, "attention"));
    return walk_norm(prefix + "output.LayerNorm", sum);
  }

  Result<> agree_on_heads(size_t heads) {
    if (known_heads_ != 0 && known_heads_ != heads)
      return Error(Code::invalid_argument, "the graph has another number of heads than was said")
          .with("graph", heads)
          .with("said", known_heads_);
    if (out_.encoder.heads != 0 && out_.encoder.heads != heads) return graph_misfit("layers have different heads");
    out_.encoder.heads = heads;
    return {};
  }

  Result<OnnxValue> walk_norm(const std::string& name, OnnxValue x) {
    VICINAL_TRY(const OnnxNorm norm, match_norm(graph_, x, name));
    const size_t hidden = out_.encoder.hidden;
    if (norm.gamma->shape[0] != hidden || norm.beta->shape[0] != hidden)
      return graph_misfit("a LayerNorm has another width").with("tensor", norm.gamma->name);
    const auto eps = static_cast<float>(norm.eps);
    if (eps_ && *eps_ != eps) return graph_misfit("the LayerNorms have different epsilons");
    eps_ = eps;
    add(name + ".weight", {hidden}, norm.gamma);
    add(name + ".bias", {hidden}, norm.beta);
    return norm.out;
  }

  static Error wrong_shape(std::string_view what, const OnnxDense& dense, size_t n, size_t k) {
    return graph_misfit("a dense layer has another shape")
        .with("part", what)
        .with("tensor", dense.weight->name)
        .with("n", dense.n)
        .with("k", dense.k)
        .with("expected_n", n)
        .with("expected_k", k);
  }

  Result<> add_dense(const std::string& name, const OnnxDense& dense, size_t n, size_t k) {
    if (dense.n != n || dense.k != k) return wrong_shape(name, dense, n, k);
    add(name + ".weight", {n, k}, dense.weight, dense.stored_k_n);
    add(name + ".bias", {n}, dense.bias);
    return {};
  }

  void add(std::string name, std::vector<size_t> shape, const OnnxTensor* source, bool transpose = false) {
    out_.tensors.push_back({std::move(name), std::move(shape), source, transpose});
  }

  Result<BertMapping> finish(OnnxValue last) {
    if (out_.encoder.layers == 0) return graph_misfit("no layer follows the embeddings");
    if (!graph_.is_graph_output(last))
      return graph_misfit("the last layer's token vectors are not an output of the graph")
          .with("layers", out_.encoder.layers)
          .with("value", graph_.name(last));
    out_.encoder.layer_norm_eps = *eps_;
    std::ranges::sort(out_.tensors, {}, &BertTensor::name);
    return std::move(out_);
  }

  const OnnxGraph& graph_;
  const size_t known_heads_;
  std::optional<float> eps_;
  BertMapping out_;
};

}  // namespace

Result<BertMapping> map_bert(const OnnxModel& model, size_t heads) {
  VICINAL_TRY_VOID(refuse_rewritten(model));
  VICINAL_TRY(const OnnxGraph graph, OnnxGraph::make(model));
  VICINAL_TRY(BertMapping mapping, BertWalk(graph, heads).walk());
  VICINAL_TRY_VOID(check_names(mapping));
  VICINAL_TRY_VOID(check_stored(mapping));
  VICINAL_TRY_VOID(check_leftovers(graph, mapping));
  return mapping;
}

}  // namespace vicinal::model
