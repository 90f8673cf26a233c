#include "model/onnx_wire.h"

namespace vicinal::model {
namespace {

Error broken_wire(std::string what) { return Error(Code::corrupt, "protobuf message: " + std::move(what)); }

uint64_t little_endian(std::span<const std::byte> bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size(); ++i) value |= static_cast<uint64_t>(bytes[i]) << (8 * i);
  return value;
}

}  // namespace

Result<uint64_t> WireReader::varint() {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (rest_.empty()) return broken_wire("a number is cut short");
    const auto byte = static_cast<uint64_t>(rest_.front());
    rest_ = rest_.subspan(1);
    if (shift == 63 && byte > 1) break;
    value |= (byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return broken_wire("a number has more than 64 bits");
}

Result<std::span<const std::byte>> WireReader::take(uint64_t count) {
  if (count > rest_.size())
    return broken_wire("a field is longer than what is left").with("length", count).with("left", rest_.size());
  const auto taken = rest_.first(static_cast<size_t>(count));
  rest_ = rest_.subspan(taken.size());
  return taken;
}

Result<WireField> WireReader::next() {
  VICINAL_TRY(const uint64_t key, varint());
  WireField field;
  if ((key >> 3) == 0 || (key >> 3) > 0x1FFFFFFF) return broken_wire("a field has no valid number");
  field.number = static_cast<uint32_t>(key >> 3);
  field.type = static_cast<WireType>(key & 7);
  switch (field.type) {
    case WireType::varint: {
      VICINAL_TRY(field.integer, varint());
      return field;
    }
    case WireType::fixed64:
    case WireType::fixed32: {
      VICINAL_TRY(field.bytes, take(field.type == WireType::fixed64 ? 8 : 4));
      field.integer = little_endian(field.bytes);
      return field;
    }
    case WireType::bytes: {
      VICINAL_TRY(const uint64_t length, varint());
      VICINAL_TRY(field.bytes, take(length));
      return field;
    }
  }
  return broken_wire("a field has an unknown layout").with("field", field.number).with("layout", key & 7);
}

Result<> append_integers(const WireField& field, size_t limit, std::vector<int64_t>& out) {
  if (field.type == WireType::varint) {
    if (out.size() >= limit) return broken_wire("a list is too long").with("limit", limit);
    out.push_back(field.signed_integer());
    return {};
  }
  if (field.type != WireType::bytes) return broken_wire("a list of integers has another layout");
  for (WireReader packed(field.bytes); !packed.at_end();) {
    if (out.size() >= limit) return broken_wire("a list is too long").with("limit", limit);
    VICINAL_TRY(const uint64_t value, packed.varint());
    out.push_back(static_cast<int64_t>(value));
  }
  return {};
}

}  // namespace vicinal::model
