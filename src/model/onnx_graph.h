#pragma once
/// An ONNX graph to walk over: who makes a value, who takes it, and what is constant.
///
/// Identity, Dropout (of inference) and casts between floating types change nothing that matters here: their output
/// counts as their input. Values are small numbers; kNoValue stands for "none" everywhere.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/onnx_file.h"

namespace vicinal::model {

using OnnxValue = uint32_t;
inline constexpr OnnxValue kNoValue = UINT32_MAX;

/// "the ONNX graph is not a BERT encoder: WHAT" (unsupported).
Error graph_misfit(std::string_view what);

/// Refers to `model`, which must outlive it. Thread-safe to read.
class OnnxGraph {
 public:
  /// corrupt: a value is made twice, or taken by what comes before its maker.
  static Result<OnnxGraph> make(const OnnxModel& model);
  static Result<OnnxGraph> make(OnnxModel&& model) = delete;

  const OnnxModel& model() const { return *model_; }

  /// kNoValue for a name that nothing has.
  OnnxValue value(std::string_view name) const;
  OnnxValue input(const OnnxNode& node, size_t index) const;
  OnnxValue output(const OnnxNode& node) const;
  /// Of a node with two inputs: the one that is not `value`; kNoValue when `value` is none of them.
  OnnxValue other_input(const OnnxNode& node, OnnxValue value) const;
  /// Name for messages.
  std::string_view name(OnnxValue value) const { return value == kNoValue ? "" : values_[value].name; }

  /// Null for inputs of the graph and initialisers.
  const OnnxNode* producer(OnnxValue value) const;
  /// Nodes that take the value, in the order of the graph, but for those that only ask for its shape.
  std::span<const OnnxNode* const> consumers(OnnxValue value) const;
  /// The first consumer of this operator; null when there is none.
  const OnnxNode* consumer(OnnxValue value, std::string_view op) const;
  bool is_graph_input(OnnxValue value) const;
  bool is_graph_output(OnnxValue value) const;

  /// An initialiser or what a Constant node holds; null for what is computed.
  const OnnxTensor* constant(OnnxValue value) const;
  /// A constant of floats, `rank` dimensions; null for anything else.
  const OnnxTensor* weights(OnnxValue value, size_t rank) const;
  /// All constants by value.
  std::vector<std::pair<OnnxValue, const OnnxTensor*>> constants() const;

  /// A list of integers, where single ones may be unknown (sizes that come from the input); nothing when its length is
  /// unknown too.
  using Sizes = std::vector<std::optional<int64_t>>;
  std::optional<Sizes> sizes(OnnxValue value) const;

 private:
  struct Entry {
    std::string_view name;
    const OnnxNode* producer = nullptr;
    const OnnxTensor* constant = nullptr;
    std::vector<const OnnxNode*> consumers;
    bool is_input = false;
  };

  OnnxValue intern(std::string_view name);
  Result<> add_node(const OnnxNode& node);

  const OnnxModel* model_ = nullptr;
  std::vector<Entry> values_;
  std::unordered_map<std::string_view, OnnxValue> by_name_;
};

}  // namespace vicinal::model
