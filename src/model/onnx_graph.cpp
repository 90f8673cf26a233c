#include "model/onnx_graph.h"

#include <algorithm>

namespace vicinal::model {
namespace {

/// Operators of inference whose output is their input, but for the type of floats.
bool passes_through(const OnnxNode& node) {
  if (node.op == "Identity" || node.op == "Dropout") return true;
  const OnnxAttribute* to = node.op == "Cast" ? node.attribute("to") : nullptr;
  if (to == nullptr) return false;
  const auto type = static_cast<OnnxType>(to->integer);
  return type == OnnxType::f32 || type == OnnxType::f16 || type == OnnxType::f64 || type == OnnxType::bf16;
}

const OnnxTensor* tensor_of_constant(const OnnxNode& node) {
  const OnnxAttribute* held = node.op == "Constant" ? node.attribute("value") : nullptr;
  return held != nullptr && held->tensor ? &*held->tensor : nullptr;
}

void append_sizes(const OnnxTensor& tensor, OnnxGraph::Sizes& out) {
  for (const int64_t value : tensor.integers) out.emplace_back(value);
}

}  // namespace

Error graph_misfit(std::string_view what) {
  return Error(Code::unsupported, "the ONNX graph is not a BERT encoder: " + std::string(what));
}

OnnxValue OnnxGraph::intern(std::string_view name) {
  const auto [at, is_new] = by_name_.emplace(name, static_cast<OnnxValue>(values_.size()));
  if (is_new) values_.push_back({.name = name});
  return at->second;
}

Result<> OnnxGraph::add_node(const OnnxNode& node) {
  for (const std::string_view input : node.inputs) {
    if (input.empty() || node.op == "Shape") continue;
    std::vector<const OnnxNode*>& takers = values_[intern(input)].consumers;
    const bool counts = !passes_through(node) && (takers.empty() || takers.back() != &node);
    if (counts) takers.push_back(&node);
  }
  for (size_t i = 0; i < node.outputs.size(); ++i) {
    const std::string_view output = node.outputs[i];
    if (output.empty()) continue;
    if (by_name_.contains(output))
      return Error(Code::corrupt, "the ONNX graph makes a value twice, or takes it before it is made")
          .with("value", output);
    if (i == 0 && passes_through(node) && !node.inputs.empty()) {
      by_name_.emplace(output, intern(node.inputs[0]));
      continue;
    }
    Entry& entry = values_[intern(output)];
    entry.producer = &node;
    entry.constant = tensor_of_constant(node);
  }
  return {};
}

Result<OnnxGraph> OnnxGraph::make(const OnnxModel& model) {
  OnnxGraph graph;
  graph.model_ = &model;
  for (const std::string_view name : model.inputs) graph.values_[graph.intern(name)].is_input = true;
  for (const OnnxTensor& tensor : model.initialisers) {
    Entry& entry = graph.values_[graph.intern(tensor.name)];
    entry.constant = &tensor;
    entry.is_input = false;  // older files list initialisers among the inputs
  }
  for (const OnnxNode& node : model.nodes) VICINAL_TRY_VOID(graph.add_node(node));
  return graph;
}

OnnxValue OnnxGraph::value(std::string_view name) const {
  const auto at = name.empty() ? by_name_.end() : by_name_.find(name);
  return at == by_name_.end() ? kNoValue : at->second;
}

OnnxValue OnnxGraph::input(const OnnxNode& node, size_t index) const {
  return index < node.inputs.size() ? value(node.inputs[index]) : kNoValue;
}

OnnxValue OnnxGraph::output(const OnnxNode& node) const {
  return node.outputs.empty() ? kNoValue : value(node.outputs[0]);
}

OnnxValue OnnxGraph::other_input(const OnnxNode& node, OnnxValue wanted) const {
  if (node.inputs.size() != 2) return kNoValue;
  const OnnxValue a = input(node, 0), b = input(node, 1);
  return a == wanted ? b : b == wanted ? a : kNoValue;
}

const OnnxNode* OnnxGraph::producer(OnnxValue value) const {
  return value == kNoValue ? nullptr : values_[value].producer;
}

std::span<const OnnxNode* const> OnnxGraph::consumers(OnnxValue value) const {
  if (value == kNoValue) return {};
  return values_[value].consumers;
}

const OnnxNode* OnnxGraph::consumer(OnnxValue value, std::string_view op) const {
  const auto all = consumers(value);
  const auto at = std::ranges::find(all, op, &OnnxNode::op);
  return at == all.end() ? nullptr : *at;
}

bool OnnxGraph::is_graph_input(OnnxValue value) const { return value != kNoValue && values_[value].is_input; }

bool OnnxGraph::is_graph_output(OnnxValue wanted) const {
  return wanted != kNoValue &&
         std::ranges::any_of(model_->outputs, [&](std::string_view name) { return value(name) == wanted; });
}

const OnnxTensor* OnnxGraph::constant(OnnxValue value) const {
  return value == kNoValue ? nullptr : values_[value].constant;
}

const OnnxTensor* OnnxGraph::weights(OnnxValue value, size_t rank) const {
  const OnnxTensor* tensor = constant(value);
  return tensor != nullptr && tensor->is_float() && tensor->shape.size() == rank ? tensor : nullptr;
}

std::vector<std::pair<OnnxValue, const OnnxTensor*>> OnnxGraph::constants() const {
  std::vector<std::pair<OnnxValue, const OnnxTensor*>> all;
  for (size_t i = 0; i < values_.size(); ++i)
    if (values_[i].constant != nullptr) all.emplace_back(static_cast<OnnxValue>(i), values_[i].constant);
  return all;
}

std::optional<OnnxGraph::Sizes> OnnxGraph::sizes(OnnxValue value) const {
  Sizes out;
  if (const OnnxTensor* tensor = constant(value)) {
    if (tensor->integers.size() != tensor->elements()) return std::nullopt;
    append_sizes(*tensor, out);
    return out;
  }
  const OnnxNode* node = producer(value);
  if (node == nullptr || node->op != "Concat") return std::nullopt;
  for (size_t i = 0; i < node->inputs.size(); ++i) {
    const OnnxTensor* part = constant(input(*node, i));
    if (part != nullptr && part->integers.size() != part->elements()) return std::nullopt;
    if (part != nullptr) append_sizes(*part, out);
    if (part == nullptr) out.emplace_back();  // one size, taken from the input's shape
  }
  return out;
}

}  // namespace vicinal::model
