#include "cli/terminal_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "base/json.h"

namespace vicinal::cli {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

size_t sequence_bytes(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xE0) return 2;
  return lead < 0xF0 ? 3 : 4;
}

bool is_control(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return lead < 0x20 || lead == 0x7F;
  return lead == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

using CodePoints = std::pair<uint32_t, uint32_t>;  ///< first, last

// East Asian Width W and F (Unicode 15, UAX 11), neighbouring blocks joined.
constexpr std::array<CodePoints, 12> kWide = {{{0x1100, 0x115F},
                                               {0x231A, 0x231B},
                                               {0x23E9, 0x23EC},
                                               {0x2E80, 0x303E},
                                               {0x3041, 0xA4CF},
                                               {0xA960, 0xA97C},
                                               {0xAC00, 0xD7A3},
                                               {0xF900, 0xFAFF},
                                               {0xFE30, 0xFE6F},
                                               {0xFF00, 0xFF60},
                                               {0x1F300, 0x1FAFF},
                                               {0x20000, 0x3FFFD}}};

// Marks of common scripts, joiners, variation selectors, and what we use for marks of our own.
constexpr std::array<CodePoints, 12> kNoColumns = {{{0x0300, 0x036F},
                                                    {0x0483, 0x0489},
                                                    {0x0591, 0x05BD},
                                                    {0x064B, 0x065F},
                                                    {0x093C, 0x093C},
                                                    {0x0E34, 0x0E3A},
                                                    {0x0E47, 0x0E4E},
                                                    {0x200B, 0x200F},
                                                    {0x20D0, 0x20FF},
                                                    {0xE000, 0xF8FF},
                                                    {0xFE00, 0xFE0F},
                                                    {0xE0100, 0xE01EF}}};

bool holds(std::span<const CodePoints> ranges, uint32_t code_point) {
  return std::ranges::any_of(
      ranges, [&](const CodePoints& range) { return range.first <= code_point && code_point <= range.second; });
}

uint32_t code_point_of(std::string_view character) {
  uint32_t value = static_cast<unsigned char>(character[0]);
  if (character.size() > 1) value &= 0x7FU >> character.size();
  for (const char c : character.substr(1)) value = value << 6 | (static_cast<unsigned char>(c) & 0x3F);
  return value;
}

size_t character_columns(std::string_view character) {
  const uint32_t code_point = code_point_of(character);
  if (code_point < 0x300) return 1;
  if (holds(kNoColumns, code_point)) return 0;
  return holds(kWide, code_point) ? 2 : 1;
}

/// How many bytes of `text` fit into `columns`; at least one character.
size_t fitting_bytes(std::string_view text, size_t columns) {
  size_t at = 0, used = 0;
  while (at < text.size()) {
    const std::string_view character = text.substr(at, sequence_bytes(static_cast<unsigned char>(text[at])));
    used += character_columns(character);
    if (used > columns && at > 0) break;
    at += character.size();
  }
  return at;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t bytes = std::min(text.size(), sequence_bytes(static_cast<unsigned char>(text[0])));
    const std::string_view character = text.substr(0, bytes);
    const bool valid = base::valid_utf8(character);
    if (character == "\t") {
      out += ' ';
    } else if (!valid || is_control(character)) {
      out += kReplacement;
    } else {
      out += character;
    }
    text.remove_prefix(valid ? bytes : 1);
  }
  return out;
}

size_t prefix_bytes(std::string_view text, size_t limit) {
  size_t at = 0;
  for (; limit > 0 && at < text.size(); --limit) at += sequence_bytes(static_cast<unsigned char>(text[at]));
  return std::min(at, text.size());
}

size_t columns_of(std::string_view text) {
  size_t columns = 0;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, sequence_bytes(static_cast<unsigned char>(text[0])));
    columns += character_columns(character);
    text.remove_prefix(character.size());
  }
  return columns;
}

std::vector<std::string> wrapped(std::string_view text, size_t columns) {
  std::vector<std::string> lines;
  while (columns > 0) {
    const size_t most = fitting_bytes(text, columns);
    if (most == text.size()) break;
    const size_t space = text.rfind(' ', most);
    const bool between_words = space != std::string_view::npos && space > 0;
    const size_t end = between_words ? space : most;
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(between_words ? end + 1 : end);
  }
  lines.emplace_back(text);
  return lines;
}

}  // namespace vicinal::cli
