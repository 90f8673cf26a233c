#include <simdjson.h>

#include <cstdint>

#include "base/json.h"

namespace vicinal::base {
namespace {

/// What may follow a lead byte (Unicode standard, table 3-7): length, and the range of the second byte.
struct Lead {
  uint8_t length, second_low, second_high;
};

Lead classify(uint8_t byte) {
  if (byte < 0x80) return {1, 0, 0};
  if (byte < 0xC2 || byte > 0xF4) return {0, 0, 0};
  if (byte < 0xE0) return {2, 0x80, 0xBF};
  if (byte < 0xF0)
    return {3, static_cast<uint8_t>(byte == 0xE0 ? 0xA0 : 0x80), static_cast<uint8_t>(byte == 0xED ? 0x9F : 0xBF)};
  return {4, static_cast<uint8_t>(byte == 0xF0 ? 0x90 : 0x80), static_cast<uint8_t>(byte == 0xF4 ? 0x8F : 0xBF)};
}

}  // namespace

size_t utf8_sequence(std::string_view bytes) {
  if (bytes.empty()) return 0;
  const Lead lead = classify(static_cast<uint8_t>(bytes[0]));
  if (lead.length < 2) return lead.length;
  if (bytes.size() < lead.length) return 0;
  const auto second = static_cast<uint8_t>(bytes[1]);
  if (second < lead.second_low || second > lead.second_high) return 0;
  for (size_t i = 2; i < lead.length; ++i) {
    if ((static_cast<uint8_t>(bytes[i]) & 0xC0) != 0x80) return 0;
  }
  return lead.length;
}

bool valid_utf8(std::string_view bytes, size_t* bad_offset) {
  if (bytes.empty() || simdjson::validate_utf8(bytes.data(), bytes.size())) return true;
  size_t at = 0;
  while (const size_t length = utf8_sequence(bytes.substr(at))) at += length;
  if (bad_offset != nullptr) *bad_offset = at;
  return false;
}

}  // namespace vicinal::base
