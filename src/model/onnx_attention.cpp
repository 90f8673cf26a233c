#include "model/onnx_attention.h"

#include <algorithm>
#include <cmath>

#include "model/onnx_number.h"

namespace vicinal::model {
namespace {

using Order = std::array<int64_t, 4>;
constexpr Order kAsReshaped = {0, 1, 2, 3};  // batch, token, head, width
constexpr Order kByHead = {0, 2, 1, 3};      // batch, head, token, width
constexpr Order kTransposed = {0, 2, 3, 1};  // batch, head, width, token
constexpr int kMaxLaneSteps = 16;

Error attention_misfit(std::string_view problem) { return graph_misfit("attention: " + std::string(problem)); }

/// A dense layer's output on its way to the product that takes it.
struct Lane {
  OnnxValue at = kNoValue;
  Order order = kAsReshaped;
  bool split = false;  ///< into heads
  size_t heads = 0;    ///< as the Reshape says; 0: it does not
  double scale = 1;
  const OnnxNode* product = nullptr;
  size_t operand = 0;
};

/// The only node that takes a value.
Result<const OnnxNode*> only_taker(const OnnxGraph& graph, OnnxValue value) {
  const auto takers = graph.consumers(value);
  if (takers.size() == 1) return takers[0];
  return attention_misfit("a value is not taken once").with("value", graph.name(value)).with("taken", takers.size());
}

Result<> reorder(const OnnxNode& node, Order& order) {
  const OnnxAttribute* perm = node.attribute("perm");
  if (perm == nullptr || perm->integers.size() != 4) return attention_misfit("a Transpose is not of four dimensions");
  Order out{};
  for (size_t i = 0; i < 4; ++i) {
    const int64_t from = perm->integers[i];
    if (from < 0 || from > 3) return attention_misfit("a Transpose makes no sense");
    out[i] = order[static_cast<size_t>(from)];
  }
  order = out;
  return {};
}

class LaneWalk {
 public:
  LaneWalk(const OnnxGraph& graph, size_t hidden, size_t known_heads)
      : graph_(graph), hidden_(hidden), known_heads_(known_heads) {}

  Result<Lane> walk(const OnnxDense& dense) const {
    Lane lane{.at = dense.out};
    for (int step = 0; step < kMaxLaneSteps && lane.product == nullptr; ++step) {
      VICINAL_TRY(const OnnxNode* node, only_taker(graph_, lane.at));
      VICINAL_TRY_VOID(pass(*node, lane));
    }
    if (lane.product != nullptr && lane.split) return lane;
    return attention_misfit("query, key or value is not split into heads").with("value", graph_.name(dense.out));
  }

 private:
  Result<> pass(const OnnxNode& node, Lane& lane) const {
    if (node.op == "MatMul") {
      lane.product = &node;
      lane.operand = graph_.input(node, 0) == lane.at ? 0 : 1;
      return {};
    }
    if (node.op == "Reshape" && lane.split) return swap_in_rows(node, lane);
    if (node.op == "Reshape") {
      VICINAL_TRY_VOID(split(node, lane));
    } else if (node.op == "Transpose" && lane.split) {
      VICINAL_TRY_VOID(reorder(node, lane.order));
    } else {
      VICINAL_TRY_VOID(scale(node, lane));
    }
    lane.at = graph_.output(node);
    return {};
  }

  /// [batch, token, heads, width]; at least one of the last two must be a constant, or known.
  Result<> split(const OnnxNode& node, Lane& lane) const {
    const auto sizes = graph_.sizes(graph_.input(node, 1));
    if (graph_.input(node, 0) != lane.at || !sizes || sizes->size() != 4)
      return attention_misfit("a Reshape does not split into heads").with("value", graph_.name(lane.at));
    const int64_t heads = (*sizes)[2].value_or(0), width = (*sizes)[3].value_or(0);
    if (heads > 0) {
      lane.heads = static_cast<size_t>(heads);
    } else if (width > 0) {
      lane.heads = hidden_ / static_cast<size_t>(width);
    }
    if (lane.heads == 0) lane.heads = known_heads_;
    const bool whole = lane.heads > 0 && hidden_ % lane.heads == 0;
    if (lane.heads == 0)
      return attention_misfit("the number of heads does not stand in the graph").with("fix", "--heads N");
    if (!whole || (width > 0 && static_cast<size_t>(width) != hidden_ / lane.heads))
      return attention_misfit("heads of this size do not make up the width")
          .with("heads", lane.heads)
          .with("width", hidden_);
    lane.split = true;
    return {};
  }

  /// Newest exports transpose a key as [batch · head, token, width], between two Reshapes.
  Result<> swap_in_rows(const OnnxNode& flatten, Lane& lane) const {
    const auto sizes = graph_.sizes(graph_.input(flatten, 1));
    const bool flattens = sizes && sizes->size() == 3 && (*sizes)[0].value_or(0) == -1;
    VICINAL_TRY(const OnnxNode* swap, only_taker(graph_, graph_.output(flatten)));
    const OnnxAttribute* perm = swap->op == "Transpose" ? swap->attribute("perm") : nullptr;
    const bool swaps = perm != nullptr && perm->integers == std::vector<int64_t>{0, 2, 1};
    if (!flattens || !swaps || lane.order != kByHead) return attention_misfit("a Reshape that does not belong there");
    VICINAL_TRY(const OnnxNode* restore, only_taker(graph_, graph_.output(*swap)));
    if (restore->op != "Reshape") return attention_misfit("a Reshape is missing");
    lane.order = kTransposed;
    lane.at = graph_.output(*restore);
    return {};
  }

  Result<> scale(const OnnxNode& node, Lane& lane) const {
    const double width = static_cast<double>(hidden_) / static_cast<double>(std::max<size_t>(lane.heads, 1));
    const auto factor = onnx_number(graph_, graph_.other_input(node, lane.at), width);
    const bool division = node.op == "Div" && graph_.input(node, 0) == lane.at;
    if (!factor || (!division && node.op != "Mul"))
      return attention_misfit("an operator that does not belong there").with("op", node.op);
    lane.scale *= division ? 1 / *factor : *factor;
    return {};
  }

  const OnnxGraph& graph_;
  const size_t hidden_, known_heads_;
};

struct Softmaxed {
  OnnxValue out = kNoValue;
  double scale = 1;
};

bool is_over_keys(const OnnxGraph& graph, const OnnxNode& softmax) {
  const OnnxAttribute* axis = softmax.attribute("axis");
  if (axis != nullptr) return axis->integer == 3 || axis->integer == -1;
  return graph.model().opset >= 13;  // before, the default was 1
}

/// Newer exports put 0 in place of NaN: Where(IsNaN(p), 0, p).
OnnxValue past_guard(const OnnxGraph& graph, OnnxValue weights) {
  const OnnxNode* guard = graph.consumer(weights, "Where");
  if (guard == nullptr || graph.input(*guard, 2) != weights) return weights;
  const OnnxNode* test = graph.producer(graph.input(*guard, 0));
  const bool is_guard = test != nullptr && test->op == "IsNaN" && graph.input(*test, 0) == weights;
  return is_guard ? graph.output(*guard) : weights;
}

/// From the product of query and key: numbers scale it, one computed value (the mask) is added, then Softmax.
Result<Softmaxed> walk_scores(const OnnxGraph& graph, const OnnxNode& product, double width) {
  Softmaxed out;
  OnnxValue at = graph.output(product);
  bool masked = false;
  for (int step = 0; step < kMaxLaneSteps; ++step) {
    VICINAL_TRY(const OnnxNode* node, only_taker(graph, at));
    if (node->op == "Softmax") {
      if (!is_over_keys(graph, *node)) return attention_misfit("the Softmax is not over the keys");
      out.out = past_guard(graph, graph.output(*node));
      return out;
    }
    const OnnxValue other = graph.other_input(*node, at);
    const auto number = onnx_number(graph, other, width);
    if (node->op == "Add" && !masked && other != kNoValue && graph.constant(other) == nullptr) {
      masked = true;
    } else if (number && node->op == "Mul") {
      out.scale *= *number;
    } else if (number && node->op == "Div" && graph.input(*node, 0) == at) {
      out.scale /= *number;
    } else {
      return attention_misfit("an operator between the scores and their Softmax").with("op", node->op);
    }
    at = graph.output(*node);
  }
  return attention_misfit("no Softmax follows the scores");
}

/// [batch, -1, token, width] of what has these sizes already: newer exports say the shape once more.
bool repeats_shape(const OnnxGraph& graph, const OnnxNode& node, size_t width) {
  const auto sizes = node.op == "Reshape" ? graph.sizes(graph.input(node, 1)) : std::nullopt;
  if (!sizes || sizes->size() != 4 || (*sizes)[1].value_or(0) != -1) return false;
  return static_cast<size_t>((*sizes)[3].value_or(static_cast<int64_t>(width))) == width;
}

/// The context back into rows: Transpose, Reshape to [batch, token, hidden], dense layer.
Result<OnnxDense> walk_context(const OnnxGraph& graph, const OnnxNode& product, size_t hidden, size_t heads) {
  VICINAL_TRY(const OnnxNode* transpose, only_taker(graph, graph.output(product)));
  if (repeats_shape(graph, *transpose, hidden / heads)) {
    VICINAL_TRY(transpose, only_taker(graph, graph.output(*transpose)));
  }
  Order order = kAsReshaped;
  if (transpose->op == "Transpose") VICINAL_TRY_VOID(reorder(*transpose, order));
  if (order != kByHead) return attention_misfit("the heads are not brought together again");
  VICINAL_TRY(const OnnxNode* reshape, only_taker(graph, graph.output(*transpose)));
  const auto sizes = reshape->op == "Reshape" ? graph.sizes(graph.input(*reshape, 1)) : std::nullopt;
  const bool fits = sizes && sizes->size() == 3 && (*sizes)[2].value_or(-1) != 0 &&
                    ((*sizes)[2].value_or(-1) < 0 || static_cast<size_t>(*(*sizes)[2]) == hidden);
  if (!fits) return attention_misfit("the heads are not joined to rows of the model's width");
  return match_dense(graph, graph.output(*reshape), "attention output");
}

/// Indices of query, key and value among the lanes.
Result<std::array<size_t, 3>> sort_lanes(const std::array<Lane, 3>& lanes) {
  for (const std::array<size_t, 3> each :
       {std::array<size_t, 3>{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}) {
    const Lane &query = lanes[each[0]], &key = lanes[each[1]], &value = lanes[each[2]];
    const bool scores = query.product == key.product && query.operand == 0 && key.operand == 1;
    if (scores && value.product != query.product && value.operand == 1 && query.order == kByHead &&
        key.order == kTransposed && value.order == kByHead && value.scale == 1)
      return each;
  }
  return attention_misfit("of three dense layers, none is query, key and value");
}

}  // namespace

Result<OnnxAttention> match_attention(const OnnxGraph& graph, const std::array<OnnxDense, 3>& lanes, size_t heads) {
  const size_t hidden = lanes[0].n;
  std::array<Lane, 3> walked;
  for (size_t i = 0; i < 3; ++i) {
    VICINAL_TRY(walked[i], LaneWalk(graph, hidden, heads).walk(lanes[i]));
    if (walked[i].heads != walked[0].heads) return attention_misfit("query, key and value have other heads each");
  }
  VICINAL_TRY(const auto order, sort_lanes(walked));
  const Lane &query = walked[order[0]], &key = walked[order[1]], &value = walked[order[2]];
  const double width = static_cast<double>(hidden) / static_cast<double>(query.heads);
  VICINAL_TRY(const Softmaxed weights, walk_scores(graph, *query.product, width));
  const double scale = weights.scale * query.scale * key.scale * std::sqrt(width);
  if (!(std::abs(scale - 1) < 1e-3))
    return attention_misfit("the scores are not divided by the root of a head's width").with("scale", scale);
  if (graph.input(*value.product, 0) != weights.out)
    return attention_misfit("the value is not multiplied with the Softmax's result");
  VICINAL_TRY(const OnnxDense out, walk_context(graph, *value.product, hidden, query.heads));
  return OnnxAttention{lanes[order[0]], lanes[order[1]], lanes[order[2]], out, query.heads};
}

}  // namespace vicinal::model
