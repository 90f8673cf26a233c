#include "model/onnx_leftovers.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace vicinal::model {
namespace {

constexpr std::array<std::string_view, 9> kQuantised = {
    "DynamicQuantizeLinear", "QuantizeLinear",        "DequantizeLinear",
    "MatMulInteger",         "QLinearMatMul",         "QAttention",
    "MatMulNBits",           "DynamicQuantizeMatMul", "ConvInteger"};

bool is_standard(const OnnxNode& node) { return node.domain.empty() || node.domain == "ai.onnx"; }

/// A dense layer that ends in Tanh.
bool feeds_pooler(const OnnxGraph& graph, OnnxValue value, int depth = 0) {
  constexpr int kSteps = 4;
  constexpr std::array<std::string_view, 5> kPath = {"Transpose", "MatMul", "Gemm", "Add", "Tanh"};
  const auto takers = graph.consumers(value);
  if (takers.size() != 1 || depth > kSteps) return false;
  const OnnxNode& node = *takers[0];
  if (std::ranges::find(kPath, node.op) == kPath.end()) return false;
  return node.op == "Tanh" || feeds_pooler(graph, graph.output(node), depth + 1);
}

/// A name that stands for a place in a BERT checkpoint.
bool is_published_name(std::string_view name) {
  return name.find("encoder.layer.") != std::string_view::npos || name.find("embeddings.") != std::string_view::npos;
}

}  // namespace

Result<> refuse_rewritten(const OnnxModel& model) {
  for (const OnnxNode& node : model.nodes) {
    if (std::ranges::find(kQuantised, node.op) != kQuantised.end())
      return Error(Code::unsupported, "the ONNX export is quantised, its full weights are gone; take the f32 export")
          .with("op", node.op);
    if (!is_standard(node))
      return Error(Code::unsupported, "the ONNX export is fused for one runtime; take the plain export")
          .with("op", node.op)
          .with("domain", node.domain);
  }
  return {};
}

Result<> check_names(const BertMapping& mapping) {
  std::map<const OnnxTensor*, size_t> uses;
  for (const BertTensor& tensor : mapping.tensors) ++uses[tensor.source];
  for (const BertTensor& tensor : mapping.tensors) {
    const std::string_view name = tensor.source->name;  // equal tensors may be stored once, under one of their names
    if (uses[tensor.source] > 1 || !is_published_name(name) || name.ends_with(tensor.name)) continue;
    return graph_misfit("a weight stands where another name belongs").with("tensor", name).with("place", tensor.name);
  }
  return {};
}

Result<> check_stored(const BertMapping& mapping) {
  for (const BertTensor& tensor : mapping.tensors) {
    const OnnxTensor& source = *tensor.source;
    if (source.external)
      return Error(Code::unsupported, "the ONNX export keeps its weights in another file; export to one file")
          .with("tensor", source.name);
    if (source.data.empty() && source.elements() > 0)
      return Error(Code::unsupported, "the ONNX export stores weights as lists of numbers").with("tensor", source.name);
  }
  return {};
}

Result<> check_leftovers(const OnnxGraph& graph, const BertMapping& mapping) {
  std::set<const OnnxTensor*> placed;
  for (const BertTensor& tensor : mapping.tensors) placed.insert(tensor.source);
  for (const auto& [value, tensor] : graph.constants()) {
    const bool matters = tensor->is_float() && tensor->elements() > 1 && !graph.consumers(value).empty();
    if (!matters || placed.contains(tensor) || feeds_pooler(graph, value)) continue;
    return graph_misfit("the graph computes with a weight that has no place in one")
        .with("tensor", graph.name(value))
        .with("shape", shape_text(tensor->shape));
  }
  return {};
}

}  // namespace vicinal::model
