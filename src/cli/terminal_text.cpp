#include "cli/terminal_text.h"

#include <algorithm>

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

}  // namespace vicinal::cli
