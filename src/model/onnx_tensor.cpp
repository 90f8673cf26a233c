#include "model/onnx_tensor.h"

#include <cstring>

#include "model/onnx_wire.h"

namespace vicinal::model {
namespace {

/// Bytes of one element; 0 for types that nothing here reads.
size_t element_bytes(OnnxType type) {
  switch (type) {
    case OnnxType::u8:
    case OnnxType::i8:
    case OnnxType::boolean:
      return 1;
    case OnnxType::f16:
    case OnnxType::bf16:
      return 2;
    case OnnxType::f32:
    case OnnxType::i32:
      return 4;
    case OnnxType::i64:
    case OnnxType::f64:
      return 8;
  }
  return 0;
}

Error bad_onnx_tensor(std::string what, const OnnxTensor& tensor) {
  return Error(Code::corrupt, "ONNX tensor: " + std::move(what)).with("tensor", tensor.name);
}

/// Fields of TensorProto.
enum : uint32_t { kDims = 1, kDataType = 2, kFloatData = 4, kInt32Data = 5, kInt64Data = 7, kName = 8, kRawData = 9 };
enum : uint32_t { kDoubleData = 10, kExternalData = 13, kDataLocation = 14 };

struct RawTensor {
  OnnxTensor tensor;
  std::vector<int64_t> dims;
  bool listed = false;  ///< integers came as a list of varints
};

Result<> read_tensor_field(const WireField& field, RawTensor& out) {
  OnnxTensor& tensor = out.tensor;
  switch (field.number) {
    case kDims:
      return append_integers(field, OnnxModel::kMaxRank, out.dims);
    case kDataType:
      tensor.type = static_cast<OnnxType>(static_cast<int32_t>(field.integer));
      return {};
    case kName:
      tensor.name = field.text();
      return {};
    case kRawData:
    case kFloatData:  // packed numbers of fixed size are the raw bytes
    case kDoubleData:
      if (field.type != WireType::bytes || !tensor.data.empty()) return bad_onnx_tensor("elements in pieces", tensor);
      tensor.data = field.bytes;
      return {};
    case kInt32Data:
    case kInt64Data:
      out.listed = true;
      return append_integers(field, OnnxModel::kMaxIntegers, tensor.integers);
    case kExternalData:
      tensor.external = true;
      return {};
    case kDataLocation:
      tensor.external |= field.integer != 0;
      return {};
    default:
      return {};
  }
}

Result<> take_shape(RawTensor& raw) {
  size_t total = 1;
  for (const int64_t size : raw.dims) {
    if (size < 0 || __builtin_mul_overflow(total, static_cast<size_t>(size), &total))
      return bad_onnx_tensor("shape makes no sense", raw.tensor).with("size", size);
    raw.tensor.shape.push_back(static_cast<size_t>(size));
  }
  size_t bytes = 0;
  if (__builtin_mul_overflow(total, size_t{8}, &bytes)) return bad_onnx_tensor("shape makes no sense", raw.tensor);
  return {};
}

/// Integers of fixed width out of the bytes.
void decode_integers(OnnxTensor& tensor) {
  const size_t width = element_bytes(tensor.type);
  if (tensor.elements() > OnnxModel::kMaxIntegers) return;
  tensor.integers.reserve(tensor.elements());
  for (size_t at = 0; at < tensor.data.size(); at += width) {
    int64_t wide = 0;
    int32_t narrow = 0;
    if (width == 8) {
      std::memcpy(&wide, tensor.data.data() + at, 8);
    } else {
      std::memcpy(&narrow, tensor.data.data() + at, 4);
      wide = narrow;
    }
    tensor.integers.push_back(wide);
  }
}

Result<> check_size(const RawTensor& raw) {
  const OnnxTensor& tensor = raw.tensor;
  const size_t width = element_bytes(tensor.type);
  const bool fits = raw.listed ? tensor.integers.size() == tensor.elements() && tensor.data.empty()
                               : tensor.data.size() == tensor.elements() * width;
  if (fits || tensor.external || width == 0) return {};
  return bad_onnx_tensor("shape and elements disagree", tensor)
      .with("shape", shape_text(tensor.shape))
      .with("bytes", tensor.data.size());
}

}  // namespace

size_t OnnxTensor::elements() const {
  size_t total = 1;
  for (const size_t size : shape) total *= size;
  return total;
}

TensorView OnnxTensor::view() const {
  VICINAL_CHECK(is_float());
  const ElementType element = type == OnnxType::f32   ? ElementType::f32
                              : type == OnnxType::f16 ? ElementType::f16
                                                      : ElementType::bf16;
  return {.name = std::string(name), .type = element, .type_name = {}, .shape = shape, .data = data};
}

Result<OnnxTensor> parse_onnx_tensor(std::span<const std::byte> message) {
  RawTensor raw;
  for (WireReader reader(message); !reader.at_end();) {
    VICINAL_TRY(const WireField field, reader.next());
    VICINAL_TRY_VOID(read_tensor_field(field, raw));
  }
  if (raw.tensor.external) {  // what stands here beside the promise of a file is not measured by the shape
    raw.tensor.data = {};
    raw.tensor.integers.clear();
  }
  VICINAL_TRY_VOID(take_shape(raw));
  VICINAL_TRY_VOID(check_size(raw));
  OnnxTensor& tensor = raw.tensor;
  const bool integral = tensor.type == OnnxType::i32 || tensor.type == OnnxType::i64;
  if (!integral) tensor.integers.clear();  // halves and bytes may come as a list: nothing here reads those
  if (integral && !raw.listed && !tensor.external) decode_integers(tensor);
  return std::move(tensor);
}

}  // namespace vicinal::model
