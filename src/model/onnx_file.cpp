#include "model/onnx_file.h"

#include <algorithm>
#include <bit>

#include "model/onnx_tensor.h"
#include "model/onnx_wire.h"

namespace vicinal::model {
namespace {

Error too_many(std::string_view what, size_t limit) {
  return Error(Code::corrupt, "the ONNX file lists too much").with("of", what).with("limit", limit);
}

template <class Value>
Result<> append_bounded(std::vector<Value>& list, Value value, std::string_view what, size_t limit) {
  if (list.size() >= limit) return too_many(what, limit);
  list.push_back(std::move(value));
  return {};
}

/// AttributeProto: name 1, f 2, i 3, s 4, t 5, ints 8. Graphs (6, 11) and other lists are passed over.
Result<OnnxAttribute> parse_attribute(std::span<const std::byte> message) {
  OnnxAttribute out;
  for (WireReader reader(message); !reader.at_end();) {
    VICINAL_TRY(const WireField field, reader.next());
    if (field.is(1, WireType::bytes)) out.name = field.text();
    if (field.is(2, WireType::fixed32)) out.real = std::bit_cast<float>(static_cast<uint32_t>(field.integer));
    if (field.is(3, WireType::varint)) out.integer = field.signed_integer();
    if (field.is(4, WireType::bytes)) out.text = field.text();
    if (field.is(5, WireType::bytes)) {
      VICINAL_TRY(out.tensor, parse_onnx_tensor(field.bytes));
    }
    if (field.number == 8) VICINAL_TRY_VOID(append_integers(field, OnnxModel::kMaxIntegers, out.integers));
  }
  return out;
}

/// NodeProto: input 1, output 2, op_type 4, attribute 5, domain 7.
Result<OnnxNode> parse_node(std::span<const std::byte> message) {
  OnnxNode out;
  constexpr size_t kLimit = OnnxModel::kMaxListLength;
  for (WireReader reader(message); !reader.at_end();) {
    VICINAL_TRY(const WireField field, reader.next());
    if (field.is(1, WireType::bytes)) VICINAL_TRY_VOID(append_bounded(out.inputs, field.text(), "inputs", kLimit));
    if (field.is(2, WireType::bytes)) VICINAL_TRY_VOID(append_bounded(out.outputs, field.text(), "outputs", kLimit));
    if (field.is(4, WireType::bytes)) out.op = field.text();
    if (field.is(7, WireType::bytes)) out.domain = field.text();
    if (!field.is(5, WireType::bytes)) continue;
    VICINAL_TRY(OnnxAttribute attribute, parse_attribute(field.bytes));
    VICINAL_TRY_VOID(append_bounded(out.attributes, std::move(attribute), "attributes", kLimit));
  }
  return out;
}

/// ValueInfoProto: name 1.
Result<std::string_view> parse_value_name(std::span<const std::byte> message) {
  std::string_view name;
  for (WireReader reader(message); !reader.at_end();) {
    VICINAL_TRY(const WireField field, reader.next());
    if (field.is(1, WireType::bytes)) name = field.text();
  }
  return name;
}

/// GraphProto: node 1, initializer 5, input 11, output 12.
Result<> read_graph_field(const WireField& field, OnnxModel& out) {
  if (field.type != WireType::bytes) return {};
  if (field.number == 1) {
    VICINAL_TRY(OnnxNode node, parse_node(field.bytes));
    return append_bounded(out.nodes, std::move(node), "nodes", OnnxModel::kMaxNodes);
  }
  if (field.number == 5) {
    VICINAL_TRY(OnnxTensor tensor, parse_onnx_tensor(field.bytes));
    return append_bounded(out.initialisers, std::move(tensor), "tensors", OnnxModel::kMaxTensors);
  }
  if (field.number != 11 && field.number != 12) return {};
  VICINAL_TRY(const std::string_view name, parse_value_name(field.bytes));
  return append_bounded(field.number == 11 ? out.inputs : out.outputs, name, "values", OnnxModel::kMaxTensors);
}

Result<> parse_graph(std::span<const std::byte> message, OnnxModel& out) {
  for (WireReader reader(message); !reader.at_end();) {
    VICINAL_TRY(const WireField field, reader.next());
    VICINAL_TRY_VOID(read_graph_field(field, out));
  }
  return {};
}

/// OperatorSetIdProto: domain 1, version 2. The standard operators have the domain "" or "ai.onnx".
Result<> read_opset(std::span<const std::byte> message, OnnxModel& out) {
  std::string_view domain;
  int64_t version = 0;
  for (WireReader reader(message); !reader.at_end();) {
    VICINAL_TRY(const WireField field, reader.next());
    if (field.is(1, WireType::bytes)) domain = field.text();
    if (field.is(2, WireType::varint)) version = field.signed_integer();
  }
  if (domain.empty() || domain == "ai.onnx") out.opset = version;
  return {};
}

}  // namespace

const OnnxAttribute* OnnxNode::attribute(std::string_view name) const {
  const auto at = std::ranges::find(attributes, name, &OnnxAttribute::name);
  return at == attributes.end() ? nullptr : &*at;
}

/// ModelProto: graph 7, opset_import 8.
Result<OnnxModel> OnnxModel::parse(std::span<const std::byte> file) {
  OnnxModel out;
  for (WireReader reader(file); !reader.at_end();) {
    VICINAL_TRY(const WireField field, reader.next());
    if (field.is(7, WireType::bytes)) VICINAL_TRY_VOID(parse_graph(field.bytes, out));
    if (field.is(8, WireType::bytes)) VICINAL_TRY_VOID(read_opset(field.bytes, out));
  }
  if (out.nodes.empty()) return Error(Code::unsupported, "the file holds no ONNX graph");
  if (out.opset <= 0) return Error(Code::unsupported, "the ONNX file names no version of the standard operators");
  return out;
}

Result<OnnxFile> OnnxFile::open(const std::string& path) {
  VICINAL_TRY(base::MappedFile file, base::MappedFile::open(path));
  auto model = OnnxModel::parse(file.bytes());
  if (!model && model.error().code() == Code::corrupt)
    return Error(Code::corrupt, "this is no ONNX file, or a damaged one")
        .with("path", path)
        .with("reason", model.error().what());
  if (!model) return Error(model.error()).with("path", path);
  return OnnxFile(std::move(file), *std::move(model));
}

}  // namespace vicinal::model
