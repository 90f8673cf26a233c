#include "cli/interactive/cells.h"

#include <clocale>
#include <cstdint>
#include <cwchar>

#include "base/json.h"

namespace vicinal::cli {
namespace {

constexpr uint32_t kJoiner = 0x200D;

struct Decoded {
  uint32_t value = 0;
  size_t bytes = 1;
};

Decoded decode(std::string_view text) {
  const size_t bytes = base::utf8_sequence(text);
  const auto lead = static_cast<unsigned char>(text[0]);
  if (bytes <= 1) return {lead, 1};
  uint32_t value = lead & (0x7FU >> bytes);
  for (size_t i = 1; i < bytes; ++i) value = value << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  return {value, bytes};
}

/// Where the C library has no table: the blocks that are wide.
size_t rough_width(uint32_t c) {
  const auto within = [c](uint32_t first, uint32_t last) { return first <= c && c <= last; };
  if (within(0x300, 0x36F) || within(0x200B, 0x200F) || within(0xFE00, 0xFE0F)) return 0;
  const bool wide = within(0x1100, 0x115F) || within(0x2E80, 0xA4CF) || within(0xAC00, 0xD7A3) ||
                    within(0xF900, 0xFAFF) || within(0xFE30, 0xFE6F) || within(0xFF00, 0xFF60) ||
                    within(0x1F300, 0x1FAFF) || within(0x20000, 0x3FFFD);
  return wide ? 2 : 1;
}

/// The C library's table, in a locale of its own: the program's does not matter.
size_t width_of(uint32_t c) {
  if (c < 0x300) return 1;
  static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (utf8 == nullptr) return rough_width(c);
  const locale_t before = ::uselocale(utf8);
  const int width = ::wcwidth(static_cast<wchar_t>(c));
  ::uselocale(before);
  return width < 0 ? 1 : static_cast<size_t>(width);
}

}  // namespace

Cluster first_cluster(std::string_view text) {
  Decoded at = decode(text);
  Cluster cluster{at.bytes, width_of(at.value)};
  bool joined = at.value == kJoiner;
  while (cluster.bytes < text.size()) {
    at = decode(text.substr(cluster.bytes));
    if (!joined && (at.value < 0x300 || width_of(at.value) > 0)) break;
    joined = at.value == kJoiner;
    cluster.bytes += at.bytes;
  }
  return cluster;
}

Cluster last_cluster(std::string_view text) {
  Cluster last;
  for (; !text.empty(); text.remove_prefix(last.bytes)) last = first_cluster(text);
  return last;
}

size_t escape_bytes(std::string_view text) {
  if (!text.starts_with("\033[")) return 0;
  size_t end = 2;
  while (end < text.size() && (text[end] < '@' || text[end] > '~')) ++end;
  return end < text.size() ? end + 1 : text.size();
}

size_t cells_of(std::string_view text) {
  size_t cells = 0;
  while (!text.empty()) {
    const size_t escape = escape_bytes(text);
    const Cluster cluster = escape > 0 ? Cluster{escape, 0} : first_cluster(text);
    cells += cluster.cells;
    text.remove_prefix(cluster.bytes);
  }
  return cells;
}

std::string_view fitting(std::string_view text, size_t cells) {
  size_t at = 0;
  while (at < text.size()) {
    const Cluster cluster = first_cluster(text.substr(at));
    if (cluster.cells > cells) break;
    cells -= cluster.cells;
    at += cluster.bytes;
  }
  return text.substr(0, at);
}

}  // namespace vicinal::cli
