#pragma once
/// Unsigned numbers in as few bytes as they need: seven bits a byte, the lowest first (LEB128).

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace vicinal::postings {

inline void put_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

/// Reads numbers from bytes that may be damaged: behind their end, and from a number too long, come zeros, and ok()
/// says so.
class VarintReader {
 public:
  explicit VarintReader(std::span<const std::byte> bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

  uint64_t next() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && at_ != end_; shift += 7) {
      const auto byte = std::to_integer<uint64_t>(*at_++);
      value |= (byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }
  uint32_t next32() {
    const uint64_t value = next();
    if (value > UINT32_MAX) ok_ = false;
    return static_cast<uint32_t>(value);
  }
  /// The next bytes themselves; none when there are not so many.
  std::span<const std::byte> take(size_t count) {
    if (count > left()) {
      ok_ = false;
      return {};
    }
    at_ += count;
    return {at_ - count, count};
  }

  bool ok() const { return ok_; }
  size_t left() const { return static_cast<size_t>(end_ - at_); }
  const std::byte* at() const { return at_; }

 private:
  const std::byte* at_;
  const std::byte* end_;
  bool ok_ = true;
};

}  // namespace vicinal::postings
