#include "model/onnx_number.h"

#include <bit>
#include <cmath>
#include <cstring>

namespace vicinal::model {
namespace {

constexpr int kMaxNumberDepth = 12;

template <class Number>
Number read_as(const OnnxTensor& tensor) {
  Number number{};
  std::memcpy(&number, tensor.data.data(), sizeof number);
  return number;
}

double half_to_double(uint16_t bits) {
  const int exponent = (bits >> 10) & 31;
  const double fraction = bits & 1023;
  const double size = exponent == 31  ? INFINITY
                      : exponent == 0 ? std::ldexp(fraction, -24)
                                      : std::ldexp(fraction + 1024, exponent - 25);
  return (bits & 0x8000) != 0 ? -size : size;
}

std::optional<double> number_in(const OnnxTensor& tensor) {
  if (tensor.elements() != 1) return std::nullopt;
  if (tensor.integers.size() == 1) return static_cast<double>(tensor.integers[0]);
  if (tensor.data.empty()) return std::nullopt;
  switch (tensor.type) {
    case OnnxType::f32:
      return read_as<float>(tensor);
    case OnnxType::f64:
      return read_as<double>(tensor);
    case OnnxType::f16:
      return half_to_double(read_as<uint16_t>(tensor));
    case OnnxType::bf16:
      return std::bit_cast<float>(static_cast<uint32_t>(read_as<uint16_t>(tensor)) << 16);
    default:
      return std::nullopt;
  }
}

class NumberReader {
 public:
  NumberReader(const OnnxGraph& graph, std::optional<double> width) : graph_(graph), width_(width) {}

  std::optional<double> read(OnnxValue value, int depth = 0) const {
    if (depth > kMaxNumberDepth) return std::nullopt;
    if (const OnnxTensor* tensor = graph_.constant(value)) return number_in(*tensor);
    const OnnxNode* node = graph_.producer(value);
    if (node == nullptr) return std::nullopt;
    if (node->op == "Constant") return attribute_number(*node);
    if (node->op == "Slice" || node->op == "Gather") return last_size(*node);
    const auto a = read(graph_.input(*node, 0), depth + 1);
    if (!a) return std::nullopt;
    if (node->op == "Sqrt") return std::sqrt(*a);
    if (node->op == "Reciprocal") return 1 / *a;
    if (node->op == "Squeeze" || node->op == "Unsqueeze") return a;
    if (node->op != "Mul" && node->op != "Div") return std::nullopt;
    const auto b = read(graph_.input(*node, 1), depth + 1);
    if (!b) return std::nullopt;
    return node->op == "Mul" ? *a * *b : *a / *b;
  }

 private:
  static std::optional<double> attribute_number(const OnnxNode& node) {
    if (const OnnxAttribute* real = node.attribute("value_float")) return real->real;
    if (const OnnxAttribute* whole = node.attribute("value_int")) return static_cast<double>(whole->integer);
    return std::nullopt;
  }

  /// Shape(x)[-1], where x is split into heads: [batch, head, token, width].
  std::optional<double> last_size(const OnnxNode& node) const {
    const OnnxNode* shape = graph_.producer(graph_.input(node, 0));
    const OnnxTensor* index = graph_.constant(graph_.input(node, 1));
    const bool last = index != nullptr && index->integers.size() == 1 && index->integers[0] == -1;
    const bool asks = shape != nullptr && shape->op == "Shape" && last;
    return asks && is_split(graph_.input(*shape, 0)) ? width_ : std::nullopt;
  }

  bool is_split(OnnxValue value) const {
    const OnnxNode* order = graph_.producer(value);
    const OnnxAttribute* perm = order != nullptr && order->op == "Transpose" ? order->attribute("perm") : nullptr;
    if (perm == nullptr || perm->integers != std::vector<int64_t>{0, 2, 1, 3}) return false;
    const OnnxNode* reshape = graph_.producer(graph_.input(*order, 0));
    return reshape != nullptr && reshape->op == "Reshape";
  }

  const OnnxGraph& graph_;
  std::optional<double> width_;
};

}  // namespace

std::optional<double> onnx_number(const OnnxGraph& graph, OnnxValue value, double width) {
  return NumberReader(graph, width).read(value);
}

std::optional<double> onnx_number(const OnnxGraph& graph, OnnxValue value) {
  return NumberReader(graph, std::nullopt).read(value);
}

bool is_number_near(const OnnxGraph& graph, OnnxValue value, double expected) {
  const auto number = onnx_number(graph, value);
  if (!number) return false;
  const OnnxTensor* tensor = graph.constant(value);
  const bool half = tensor != nullptr && (tensor->type == OnnxType::f16 || tensor->type == OnnxType::bf16);
  return std::abs(*number - expected) <= (half ? 1e-3 : 1e-6) * std::abs(expected);
}

}  // namespace vicinal::model
