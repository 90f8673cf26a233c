#pragma once
/// Makes .onnx files for tests, right ones and wrong ones: protobuf messages as strings.

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vicinal::model {

inline std::string wire_varint(uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7F) | 0x80);
  return out + static_cast<char>(value);
}
inline std::string wire_integer(uint32_t field, uint64_t value) {
  return wire_varint(uint64_t{field} << 3) + wire_varint(value);
}
inline std::string wire_bytes(uint32_t field, std::string_view bytes) {
  return wire_varint(uint64_t{field} << 3 | 2) + wire_varint(bytes.size()) + std::string(bytes);
}
inline std::string wire_real(uint32_t field, float value) {
  return wire_varint(uint64_t{field} << 3 | 5).append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// A TensorProto: dims 1, data_type 2, name 8, raw_data 9.
inline std::string onnx_tensor(std::string_view name, int type, std::span<const size_t> shape, std::string_view raw) {
  std::string out;
  for (const size_t size : shape) out += wire_integer(1, size);
  return out + wire_integer(2, static_cast<uint64_t>(type)) + wire_bytes(8, name) + wire_bytes(9, raw);
}
template <class Number>
std::string_view raw_bytes(std::span<const Number> numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes()};
}

/// AttributeProtos.
inline std::string onnx_integer(std::string_view name, int64_t value) {
  return wire_bytes(1, name) + wire_integer(3, static_cast<uint64_t>(value)) + wire_integer(20, 2);
}
inline std::string onnx_real(std::string_view name, float value) {
  return wire_bytes(1, name) + wire_real(2, value) + wire_integer(20, 1);
}
inline std::string onnx_integers(std::string_view name, std::initializer_list<int64_t> values) {
  std::string out = wire_bytes(1, name);
  for (const int64_t value : values) out += wire_integer(8, static_cast<uint64_t>(value));
  return out + wire_integer(20, 7);
}

/// A graph, node by node. Each call that makes a value returns its name.
class OnnxWriter {
 public:
  using Names = std::initializer_list<std::string>;

  std::string node(std::string_view op, Names inputs, std::initializer_list<std::string> attributes = {},
                   std::string_view domain = {}) {
    const std::string output = "value_" + std::to_string(values_++);
    add_node(op, inputs, output, attributes, domain);
    return output;
  }

  void add_node(std::string_view op, Names inputs, std::string_view output,
                std::initializer_list<std::string> attributes = {}, std::string_view domain = {}) {
    std::string message;
    for (const std::string& input : inputs) message += wire_bytes(1, input);
    message += wire_bytes(2, output) + wire_bytes(4, op);
    for (const std::string& attribute : attributes) message += wire_bytes(5, attribute);
    if (!domain.empty()) message += wire_bytes(7, domain);
    graph_ += wire_bytes(1, message);
  }

  std::string initialiser(const std::string& name, std::span<const size_t> shape, std::span<const float> values) {
    graph_ += wire_bytes(5, onnx_tensor(name, 1, shape, raw_bytes(values)));
    return name;
  }
  std::string initialiser(const std::string& name, std::span<const size_t> shape, std::span<const uint16_t> halves) {
    graph_ += wire_bytes(5, onnx_tensor(name, 10, shape, raw_bytes(halves)));
    return name;
  }
  std::string integers(const std::string& name, std::vector<int64_t> values) {
    const size_t shape[] = {values.size()};
    graph_ += wire_bytes(5, onnx_tensor(name, 7, shape, raw_bytes(std::span<const int64_t>(values))));
    return name;
  }

  /// A Constant node of one number.
  std::string number(float value) {
    return node("Constant", {}, {wire_bytes(1, "value") + wire_bytes(5, onnx_tensor("", 1, {}, bytes_of(value)))});
  }
  std::string number(int64_t value) {
    const size_t shape[] = {1};
    return node("Constant", {}, {wire_bytes(1, "value") + wire_bytes(5, onnx_tensor("", 7, shape, bytes_of(value)))});
  }

  void input(std::string_view name) { graph_ += wire_bytes(11, wire_bytes(1, name)); }
  void output(std::string_view name) { graph_ += wire_bytes(12, wire_bytes(1, name)); }

  /// The whole file. Fields of ModelProto: ir_version 1, graph 7, opset_import 8.
  std::string finish(int64_t opset = 17) const {
    return wire_integer(1, 8) + wire_bytes(8, wire_integer(2, static_cast<uint64_t>(opset))) + wire_bytes(7, graph_);
  }

 private:
  template <class Number>
  static std::string bytes_of(const Number& value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
  }

  std::string graph_;
  size_t values_ = 0;
};

}  // namespace vicinal::model
