#include "model/onnx_patterns.h"

#include <cmath>
#include <numbers>

#include "model/onnx_number.h"

namespace vicinal::model {
namespace {

/// What BERT has, and f16 rounds to 0.
constexpr double kEpsThatHalvesLose = 1e-12;

Error misfit_at(std::string_view what, std::string_view problem) {
  return graph_misfit(std::string(what) + ": " + std::string(problem));
}

/// The matrix behind the second input of a MatMul, through a Transpose where there is one.
bool take_matrix(const OnnxGraph& graph, OnnxValue value, OnnxDense& out) {
  if ((out.weight = graph.weights(value, 2)) != nullptr) {
    out.k = out.weight->shape[0];
    out.n = out.weight->shape[1];
    return true;
  }
  const OnnxNode* node = graph.producer(value);
  if (node == nullptr || node->op != "Transpose") return false;
  out.weight = graph.weights(graph.input(*node, 0), 2);
  if (out.weight == nullptr) return false;
  const OnnxAttribute* perm = node->attribute("perm");
  if (perm != nullptr && perm->integers != std::vector<int64_t>{1, 0}) return false;
  out.stored_k_n = false;
  out.n = out.weight->shape[0];
  out.k = out.weight->shape[1];
  return true;
}

/// False where the product is none with a constant.
Result<bool> take_dense(const OnnxGraph& graph, OnnxValue x, const OnnxNode& product, OnnxDense& out) {
  if (product.op != "MatMul" || graph.input(product, 0) != x || !take_matrix(graph, graph.input(product, 1), out))
    return false;
  const OnnxValue y = graph.output(product);
  const OnnxNode* sum = graph.consumer(y, "Add");
  if (sum == nullptr || graph.consumers(y).size() != 1)
    return misfit_at("dense layer", "a bias is missing").with("value", graph.name(y));
  out.bias = graph.weights(graph.other_input(*sum, y), 1);
  if (out.bias == nullptr || out.bias->shape[0] != out.n)
    return misfit_at("dense layer", "the bias is no constant of the layer's width").with("value", graph.name(y));
  out.out = graph.output(*sum);
  return true;
}

/// Reduced over the last of three dimensions, which is kept.
bool is_mean_of_last(const OnnxGraph& graph, const OnnxNode* node, OnnxValue of) {
  if (node == nullptr || node->op != "ReduceMean" || graph.input(*node, 0) != of) return false;
  const OnnxAttribute* keep = node->attribute("keepdims");
  if (keep != nullptr && keep->integer == 0) return false;
  const OnnxAttribute* listed = node->attribute("axes");
  const OnnxTensor* given = graph.constant(graph.input(*node, 1));  // from version 18 on, axes are an input
  const std::vector<int64_t> axes = listed != nullptr  ? listed->integers
                                    : given != nullptr ? given->integers
                                                       : std::vector<int64_t>();
  return axes == std::vector<int64_t>{-1} || axes == std::vector<int64_t>{2};
}

bool is_centred(const OnnxGraph& graph, OnnxValue value, OnnxValue x) {
  const OnnxNode* node = graph.producer(value);
  return node != nullptr && node->op == "Sub" && graph.input(*node, 0) == x &&
         is_mean_of_last(graph, graph.producer(graph.input(*node, 1)), x);
}

bool is_centred_square(const OnnxGraph& graph, OnnxValue value, OnnxValue x) {
  const OnnxNode* node = graph.producer(value);
  if (node == nullptr || !is_centred(graph, graph.input(*node, 0), x)) return false;
  if (node->op == "Pow") return is_number_near(graph, graph.input(*node, 1), 2);
  return node->op == "Mul" && graph.input(*node, 0) == graph.input(*node, 1);
}

/// eps, where `value` is √(mean((x - mean(x))²) + eps).
std::optional<double> deviation_eps(const OnnxGraph& graph, OnnxValue value, OnnxValue x) {
  const OnnxNode* root = graph.producer(value);
  if (root == nullptr || root->op != "Sqrt") return std::nullopt;
  const OnnxNode* sum = graph.producer(graph.input(*root, 0));
  if (sum == nullptr || sum->op != "Add" || sum->inputs.size() != 2) return std::nullopt;
  for (const size_t side : {0, 1}) {
    const OnnxValue mean = graph.input(*sum, side);
    const OnnxNode* node = graph.producer(mean);
    if (node == nullptr || node->op != "ReduceMean") continue;
    const OnnxValue square = graph.input(*node, 0);
    if (is_mean_of_last(graph, node, square) && is_centred_square(graph, square, x))
      return onnx_number(graph, graph.other_input(*sum, mean));
  }
  return std::nullopt;
}

/// · gamma + beta.
bool take_affine(const OnnxGraph& graph, OnnxValue x, OnnxNorm& out) {
  const OnnxNode* scaled = graph.consumer(x, "Mul");
  if (scaled == nullptr) return false;
  out.gamma = graph.weights(graph.other_input(*scaled, x), 1);
  const OnnxNode* moved = graph.consumer(graph.output(*scaled), "Add");
  if (moved == nullptr) return false;
  out.beta = graph.weights(graph.other_input(*moved, graph.output(*scaled)), 1);
  out.out = graph.output(*moved);
  return out.gamma != nullptr && out.beta != nullptr;
}

bool take_decomposed_norm(const OnnxGraph& graph, OnnxValue x, OnnxNorm& out) {
  for (const OnnxNode* centring : graph.consumers(x)) {
    if (centring->op != "Sub" || !is_centred(graph, graph.output(*centring), x)) continue;
    const OnnxNode* division = graph.consumer(graph.output(*centring), "Div");
    if (division == nullptr || graph.input(*division, 0) != graph.output(*centring)) continue;
    const auto eps = deviation_eps(graph, graph.input(*division, 1), x);
    if (!eps || !take_affine(graph, graph.output(*division), out)) continue;
    out.eps = *eps;
    return true;
  }
  return false;
}

bool take_whole_norm(const OnnxGraph& graph, OnnxValue x, OnnxNorm& out) {
  const OnnxNode* node = graph.consumer(x, "LayerNormalization");
  if (node == nullptr || graph.input(*node, 0) != x) return false;
  const OnnxAttribute* axis = node->attribute("axis");
  if (axis != nullptr && axis->integer != -1 && axis->integer != 2) return false;
  const OnnxAttribute* eps = node->attribute("epsilon");
  out = {.gamma = graph.weights(graph.input(*node, 1), 1),
         .beta = graph.weights(graph.input(*node, 2), 1),
         .eps = eps != nullptr ? static_cast<double>(eps->real) : 1e-5,
         .out = graph.output(*node)};
  return out.gamma != nullptr && out.beta != nullptr;
}

/// Follows 1 + Erf(x / √2) through the products that make it GELU: one with x, one with ½, in any order.
class GeluProducts {
 public:
  GeluProducts(const OnnxGraph& graph, OnnxValue x) : graph_(graph), x_(x) {}

  std::optional<OnnxValue> follow(OnnxValue from) {
    OnnxValue at = from;
    for (int step = 0; step < 2 && !(has_x_ && has_half_); ++step) {
      const OnnxNode* product = graph_.consumer(at, "Mul");
      if (product == nullptr || !take_factor(graph_.other_input(*product, at))) return std::nullopt;
      at = graph_.output(*product);
    }
    return has_x_ && has_half_ ? std::optional(at) : std::nullopt;
  }

 private:
  bool take_factor(OnnxValue factor) {
    if (factor == x_ && !has_x_) return has_x_ = true;
    if (is_number_near(graph_, factor, 0.5) && !has_half_) return has_half_ = true;
    const OnnxNode* both = graph_.producer(factor);
    if (both == nullptr || both->op != "Mul" || has_x_ || has_half_) return false;
    return has_x_ = has_half_ = is_number_near(graph_, graph_.other_input(*both, x_), 0.5);
  }

  const OnnxGraph& graph_;
  const OnnxValue x_;
  bool has_x_ = false, has_half_ = false;
};

/// x / √2, however it is written.
bool is_scaled_for_erf(const OnnxGraph& graph, const OnnxNode& node, OnnxValue x) {
  if (node.op == "Div")
    return graph.input(node, 0) == x && is_number_near(graph, graph.input(node, 1), std::numbers::sqrt2);
  return node.op == "Mul" && is_number_near(graph, graph.other_input(node, x), 1 / std::numbers::sqrt2);
}

std::optional<OnnxValue> match_erf_gelu(const OnnxGraph& graph, OnnxValue x) {
  for (const OnnxNode* scaled : graph.consumers(x)) {
    if (!is_scaled_for_erf(graph, *scaled, x)) continue;
    const OnnxNode* erf = graph.consumer(graph.output(*scaled), "Erf");
    const OnnxNode* sum = erf == nullptr ? nullptr : graph.consumer(graph.output(*erf), "Add");
    if (sum == nullptr || !is_number_near(graph, graph.other_input(*sum, graph.output(*erf)), 1)) continue;
    if (const auto out = GeluProducts(graph, x).follow(graph.output(*sum))) return out;
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<OnnxDense>> match_dense_layers(const OnnxGraph& graph, OnnxValue x) {
  std::vector<OnnxDense> found;
  for (const OnnxNode* node : graph.consumers(x)) {
    OnnxDense dense;
    VICINAL_TRY(const bool taken, take_dense(graph, x, *node, dense));
    if (taken) found.push_back(dense);
  }
  return found;
}

Result<OnnxDense> match_dense(const OnnxGraph& graph, OnnxValue x, std::string_view what) {
  VICINAL_TRY(const std::vector<OnnxDense> found, match_dense_layers(graph, x));
  if (found.size() == 1) return found[0];
  return misfit_at(what, "want one dense layer here").with("found", found.size()).with("value", graph.name(x));
}

Result<OnnxNorm> match_norm(const OnnxGraph& graph, OnnxValue x, std::string_view what) {
  OnnxNorm norm;
  if (!take_whole_norm(graph, x, norm) && !take_decomposed_norm(graph, x, norm))
    return misfit_at(what, "no LayerNorm with weight and bias follows").with("value", graph.name(x));
  if (norm.eps == 0 && norm.gamma->type == OnnxType::f16) norm.eps = kEpsThatHalvesLose;
  if (std::isfinite(norm.eps) && norm.eps > 0) return norm;
  return misfit_at(what, "the LayerNorm's epsilon is not positive").with("epsilon", norm.eps);
}

Result<OnnxGelu> match_gelu(const OnnxGraph& graph, OnnxValue x) {
  if (const OnnxNode* whole = graph.consumer(x, "Gelu")) {
    const OnnxAttribute* approximate = whole->attribute("approximate");
    const bool tanh = approximate != nullptr && approximate->text == "tanh";
    return OnnxGelu{tanh ? kernels::Activation::gelu_tanh : kernels::Activation::gelu_erf, graph.output(*whole)};
  }
  if (const auto out = match_erf_gelu(graph, x)) return OnnxGelu{.out = *out};
  const auto takers = graph.consumers(x);
  return misfit_at("feed-forward", "the activation is not GELU by Erf")
      .with("follows", takers.empty() ? "nothing" : takers[0]->op)
      .with("value", graph.name(x));
}

Result<OnnxValue> match_residual(const OnnxGraph& graph, OnnxValue x, OnnxValue residual, std::string_view what) {
  const OnnxNode* sum = graph.consumer(x, "Add");
  if (sum != nullptr && graph.other_input(*sum, x) == residual) return graph.output(*sum);
  return misfit_at(what, "the block's input is not added to its output").with("value", graph.name(x));
}

}  // namespace vicinal::model
