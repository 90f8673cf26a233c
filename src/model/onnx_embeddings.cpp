#include "model/onnx_embeddings.h"

#include <algorithm>

#include "model/onnx_number.h"

namespace vicinal::model {
namespace {

constexpr int kMaxIndexSteps = 24;
constexpr int kMaxSumDepth = 4;

enum class IndexKind { words, positions, types };

Error embedding_misfit(std::string_view problem) { return graph_misfit("embeddings: " + std::string(problem)); }

bool counts_up(const OnnxTensor& tensor) {
  for (size_t i = 0; i < tensor.integers.size(); ++i)
    if (tensor.integers[i] != static_cast<int64_t>(i)) return false;
  return tensor.integers.size() > 1;
}

bool all_zero(const OnnxTensor& tensor) {
  return !tensor.integers.empty() && std::ranges::all_of(tensor.integers, [](int64_t each) { return each == 0; });
}

/// The roles that inputs of exports are named for.
IndexKind kind_of_input(std::string_view name) {
  if (name.find("type") != std::string_view::npos || name.find("segment") != std::string_view::npos)
    return IndexKind::types;
  return name.find("position") != std::string_view::npos ? IndexKind::positions : IndexKind::words;
}

/// From the first element on, every one.
bool is_head_slice(const OnnxGraph& graph, const OnnxNode& slice) {
  const OnnxTensor* starts = graph.constant(graph.input(slice, 1));
  const OnnxValue steps = graph.input(slice, 4);
  const OnnxAttribute* listed = slice.attribute("starts");  // before version 10
  if (listed != nullptr) return std::ranges::all_of(listed->integers, [](int64_t each) { return each == 0; });
  return starts != nullptr && all_zero(*starts) && (steps == kNoValue || is_number_near(graph, steps, 1));
}

bool counts_from_zero(const OnnxGraph& graph, const OnnxNode& range) {
  const OnnxTensor* start = graph.constant(graph.input(range, 0));
  return start != nullptr && all_zero(*start) && is_number_near(graph, graph.input(range, 2), 1);
}

bool keeps_order(const OnnxNode& node) {
  return node.op == "Cast" || node.op == "Unsqueeze" || node.op == "Squeeze" || node.op == "Expand" ||
         node.op == "Reshape";
}

Result<IndexKind> kind_of_index(const OnnxGraph& graph, OnnxValue index) {
  for (int step = 0; step < kMaxIndexSteps; ++step) {
    if (graph.is_graph_input(index)) return kind_of_input(graph.name(index));
    if (const OnnxTensor* constant = graph.constant(index)) {
      if (all_zero(*constant)) return IndexKind::types;
      if (counts_up(*constant)) return IndexKind::positions;
      return embedding_misfit("a table's constant indices are neither 0, 1, 2 … nor zeros");
    }
    const OnnxNode* node = graph.producer(index);
    if (node == nullptr) break;
    if (node->op == "ConstantOfShape" && node->attribute("value") == nullptr) return IndexKind::types;
    if (node->op == "Range" && counts_from_zero(graph, *node)) return IndexKind::positions;
    const bool passes = keeps_order(*node) || (node->op == "Slice" && is_head_slice(graph, *node));
    if (!passes) return embedding_misfit("a table's indices are computed in another way").with("op", node->op);
    index = graph.input(*node, 0);
  }
  return embedding_misfit("where a table's indices come from cannot be seen");
}

/// Gather of rows of a constant matrix.
const OnnxTensor* table_of(const OnnxGraph& graph, const OnnxNode& node) {
  if (node.op != "Gather") return nullptr;
  const OnnxAttribute* axis = node.attribute("axis");
  if (axis != nullptr && axis->integer != 0) return nullptr;
  return graph.weights(graph.input(node, 0), 2);
}

class SumReader {
 public:
  SumReader(const OnnxGraph& graph, size_t hidden, OnnxEmbeddings& out) : graph_(graph), hidden_(hidden), out_(out) {}

  Result<> read(OnnxValue value, int depth = 0) {
    if (const OnnxTensor* row = graph_.constant(value)) return take_row(*row);
    const OnnxNode* node = graph_.producer(value);
    if (node != nullptr && node->op == "Add" && node->inputs.size() == 2 && depth < kMaxSumDepth) {
      VICINAL_TRY_VOID(read(graph_.input(*node, 0), depth + 1));
      return read(graph_.input(*node, 1), depth + 1);
    }
    const OnnxTensor* table = node == nullptr ? nullptr : table_of(graph_, *node);
    if (table == nullptr || table->shape[1] != hidden_)
      return embedding_misfit("the sum holds something that is no row of a table").with("value", graph_.name(value));
    VICINAL_TRY(const IndexKind kind, kind_of_index(graph_, graph_.input(*node, 1)));
    return take(kind, *table);
  }

 private:
  Result<> take_row(const OnnxTensor& row) {
    if (!row.is_float() || row.elements() != hidden_ || row.shape.empty() || row.shape.back() != hidden_)
      return embedding_misfit("a constant is added that is no row").with("tensor", row.name);
    return take(IndexKind::types, row);
  }

  Result<> take(IndexKind kind, const OnnxTensor& table) {
    const OnnxTensor*& place = kind == IndexKind::words       ? out_.words
                               : kind == IndexKind::positions ? out_.positions
                                                              : out_.types;
    if (place != nullptr) return embedding_misfit("two tables for one purpose").with("tensor", table.name);
    place = &table;
    return {};
  }

  const OnnxGraph& graph_;
  const size_t hidden_;
  OnnxEmbeddings& out_;
};

/// The table that is looked up by an input of the graph and has most rows: words.
const OnnxNode* find_word_lookup(const OnnxGraph& graph) {
  const OnnxNode* best = nullptr;
  for (const OnnxNode& node : graph.model().nodes) {
    const OnnxTensor* table = table_of(graph, node);
    if (table == nullptr) continue;
    const auto kind = kind_of_index(graph, graph.input(node, 1));
    if (!kind || *kind != IndexKind::words) continue;
    if (best == nullptr || table->shape[0] > table_of(graph, *best)->shape[0]) best = &node;
  }
  return best;
}

}  // namespace

Result<OnnxEmbeddings> match_embeddings(const OnnxGraph& graph) {
  const OnnxNode* words = find_word_lookup(graph);
  if (words == nullptr) return embedding_misfit("no table of words is looked up by an input");
  OnnxEmbeddings out{.sum = graph.output(*words)};
  for (int step = 0; step < kMaxSumDepth; ++step) {
    const OnnxNode* sum = graph.consumer(out.sum, "Add");
    if (sum == nullptr) break;
    out.sum = graph.output(*sum);
  }
  VICINAL_TRY_VOID(SumReader(graph, table_of(graph, *words)->shape[1], out).read(out.sum));
  if (out.positions == nullptr) return embedding_misfit("no table of positions");
  if (out.types == nullptr) return embedding_misfit("no table of kinds of tokens");
  return out;
}

}  // namespace vicinal::model
