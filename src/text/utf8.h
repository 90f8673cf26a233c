#pragma once
/// Code points of UTF-8 that is known to be valid.

#include <cstddef>
#include <string>
#include <string_view>

namespace vicinal::text {

struct CodePoint {
  char32_t value = 0;
  size_t bytes = 0;
};

inline bool is_continuation_byte(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// The code point that starts at `at`. REQUIRES: valid UTF-8, at < text.size(), a code point starts there.
/// Never reads past the end, even when a sequence is cut short.
inline CodePoint decode_at(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) -> char32_t {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0x80;
  };
  const char32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  if (first < 0xE0) return {(first & 0x1F) << 6 | (byte(1) & 0x3F), 2};
  if (first < 0xF0) return {(first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3};
  return {(first & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F), 4};
}

/// Where the code point before `at` starts. REQUIRES: 0 < at <= text.size(), at is a code point boundary.
inline size_t previous_boundary(std::string_view text, size_t at) {
  do {
    --at;
  } while (at > 0 && is_continuation_byte(text[at]));
  return at;
}

/// The last code point boundary that is not after `at`. `at` may exceed the size.
inline size_t boundary_at_or_before(std::string_view text, size_t at) {
  if (at >= text.size()) return text.size();
  while (at > 0 && is_continuation_byte(text[at])) --at;
  return at;
}

inline void append_utf8(std::string& out, char32_t c) {
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | c >> 6);
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}

}  // namespace vicinal::text
