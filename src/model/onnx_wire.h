#pragma once
/// The wire format of protocol buffers, read field by field without copying or allocating
/// (protobuf.dev/programming-guides/encoding). Nothing is believed: every length is held against what is left.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/check.h"

namespace vicinal::model {

/// How a field is laid out. Groups (3, 4) are long out of use and refused.
enum class WireType : uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

struct WireField {
  uint32_t number = 0;
  WireType type = WireType::varint;
  uint64_t integer = 0;              ///< varint, fixed32, fixed64
  std::span<const std::byte> bytes;  ///< bytes: text, a message, or packed numbers

  std::string_view text() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
  bool is(uint32_t wanted, WireType wanted_type) const { return number == wanted && type == wanted_type; }
  int64_t signed_integer() const { return static_cast<int64_t>(integer); }
};

/// Walks over the fields of one message. The bytes must outlive the reader and its fields.
class WireReader {
 public:
  explicit WireReader(std::span<const std::byte> message) : rest_(message) {}

  bool at_end() const { return rest_.empty(); }
  /// corrupt: cut short, a varint of more than 64 bits, a length past the end, field number 0, an unknown layout.
  /// REQUIRES: !at_end().
  Result<WireField> next();

  /// One varint, as packed numbers hold them.
  Result<uint64_t> varint();

 private:
  Result<std::span<const std::byte>> take(uint64_t count);

  std::span<const std::byte> rest_;
};

/// Appends what a repeated integer field holds, packed or one at a time. corrupt over `limit` numbers in all.
Result<> append_integers(const WireField& field, size_t limit, std::vector<int64_t>& out);

}  // namespace vicinal::model
