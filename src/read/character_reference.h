#pragma once
/// HTML character references ("&eacute;", "&#233;", "&#xE9;"), which Markdown shares.

#include <string_view>

#include <cstddef>
#include <cstdint>

namespace vicinal::read {

struct CharacterReference {
  uint32_t code_point = 0;
  size_t length = 0;  ///< in bytes, from "&" on; 0: this is no reference, and "&" stands for itself
};

/// REQUIRES: `text` begins with "&". Numbers follow the WHATWG standard: 80 to 9F mean Windows-1252, what is no
/// character is U+FFFD. Without its semicolon a name counts only where browsers accept that (Latin-1, amp, lt, gt,
/// quot).
CharacterReference read_reference(std::string_view text);

}  // namespace vicinal::read
