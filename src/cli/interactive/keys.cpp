#include "cli/interactive/keys.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/json.h"

namespace vicinal::cli {
namespace {

constexpr char kEscape = '\033';
constexpr size_t kLongestSequence = 32;  // what is longer is none
constexpr size_t kLongestPaste = size_t{64} << 10;
constexpr std::string_view kPasteBegin = "\033[200~", kPasteEnd = "\033[201~";

/// By control character, from Ctrl-A.
KeyKind control_key(char c) {
  switch (c) {
    case 0x01:
      return KeyKind::home;
    case 0x02:
      return KeyKind::left;
    case 0x03:
    case 0x07:
      return KeyKind::leave;
    case 0x04:
      return KeyKind::erase_behind;
    case 0x05:
      return KeyKind::end;
    case 0x06:
      return KeyKind::right;
    case 0x08:
    case 0x7F:
      return KeyKind::erase_before;
    case '\t':
    case 0x0E:
      return KeyKind::down;
    case '\n':
    case '\r':
      return KeyKind::enter;
    case 0x0B:
      return KeyKind::erase_to_end;
    case 0x0C:
      return KeyKind::redraw;
    case 0x10:
      return KeyKind::up;
    case 0x15:
      return KeyKind::erase_to_start;
    case 0x17:
      return KeyKind::erase_word;
    case 0x1A:
      return KeyKind::suspend;
    default:
      return KeyKind::unknown;
  }
}

/// Of a sequence by its last character; `modified`: with Ctrl, Alt or Shift.
KeyKind letter_key(char last, bool modified) {
  switch (last) {
    case 'A':
      return KeyKind::up;
    case 'B':
      return KeyKind::down;
    case 'C':
      return modified ? KeyKind::word_right : KeyKind::right;
    case 'D':
      return modified ? KeyKind::word_left : KeyKind::left;
    case 'H':
      return KeyKind::home;
    case 'F':
      return KeyKind::end;
    case 'M':
      return KeyKind::enter;
    case 'Z':
      return KeyKind::up;
    default:
      return KeyKind::unknown;
  }
}

KeyKind numbered_key(std::string_view number) {
  constexpr std::array<std::pair<std::string_view, KeyKind>, 7> kNumbers = {{{"1", KeyKind::home},
                                                                             {"7", KeyKind::home},
                                                                             {"4", KeyKind::end},
                                                                             {"8", KeyKind::end},
                                                                             {"3", KeyKind::erase_behind},
                                                                             {"5", KeyKind::page_up},
                                                                             {"6", KeyKind::page_down}}};
  const auto* const found = std::ranges::find(kNumbers, number, &std::pair<std::string_view, KeyKind>::first);
  return found == kNumbers.end() ? KeyKind::unknown : found->second;
}

/// Behind Alt.
KeyKind alt_key(char c) {
  if (c == 'b' || c == 'B') return KeyKind::word_left;
  if (c == 'f' || c == 'F') return KeyKind::word_right;
  return c == 0x7F || c == 0x08 ? KeyKind::erase_word : KeyKind::unknown;
}

bool is_control_character(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

/// Bytes that may be the beginning of a character whose rest has not come yet.
bool is_cut_short(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1;
  if (lead > 0xF4 || text.size() >= wanted) return false;
  return std::ranges::all_of(text.substr(1), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; });
}

}  // namespace

Key KeyReader::take(size_t bytes, KeyKind kind) {
  bytes_.erase(0, bytes);
  return {.kind = kind};
}

void KeyReader::time_out() {
  if (pasting_) {
    bytes_ += kPasteEnd;
  } else if (bytes_.starts_with(kEscape)) {
    alone_ = true;
  } else {
    bytes_.clear();  // half a character that never ends
  }
}

std::optional<Key> KeyReader::next() {
  if (pasting_) return pasted();
  if (bytes_.empty()) return std::nullopt;
  if (bytes_[0] == kEscape) return escape();
  if (is_control_character(bytes_[0])) return take(1, control_key(bytes_[0]));
  return text();
}

std::optional<Key> KeyReader::escape() {
  if (std::exchange(alone_, false)) return take(1, KeyKind::leave);
  if (bytes_.size() < 2) return std::nullopt;
  if (bytes_[1] == '[' || bytes_[1] == 'O') return sequence(2);
  if (bytes_[1] == kEscape) return take(1, KeyKind::leave);
  const std::string_view character = std::string_view(bytes_).substr(1);
  if (is_cut_short(character)) return std::nullopt;
  return take(1 + std::max<size_t>(base::utf8_sequence(character), 1), alt_key(bytes_[1]));
}

/// Parameters, then one character from @ to ~.
std::optional<Key> KeyReader::sequence(size_t begin) {
  size_t end = begin;
  const size_t most = std::min(bytes_.size(), kLongestSequence);
  while (end < most && bytes_[end] >= ' ' && bytes_[end] < '@') ++end;
  if (end == bytes_.size() && end < kLongestSequence) return std::nullopt;
  if (end == kLongestSequence || bytes_[end] < '@') return take(end, KeyKind::unknown);
  if (bytes_.starts_with(kPasteBegin)) {
    bytes_.erase(0, kPasteBegin.size());
    pasting_ = true;
    return pasted();
  }
  const std::string parameters = bytes_.substr(begin, end - begin);
  const char last = bytes_[end];
  const std::string_view number = std::string_view(parameters).substr(0, parameters.find(';'));
  const bool modified = parameters.find(';') != std::string::npos;
  return take(end + 1, last == '~' ? numbered_key(number) : letter_key(last, modified));
}

/// All printable characters that are there, as one key.
std::optional<Key> KeyReader::text() {
  Key key{.kind = KeyKind::text};
  size_t at = 0;
  while (at < bytes_.size() && !is_control_character(bytes_[at])) {
    const std::string_view rest = std::string_view(bytes_).substr(at);
    const size_t bytes = base::utf8_sequence(rest);
    if (bytes == 0 && is_cut_short(rest)) break;
    const bool c1 = bytes == 2 && rest[0] == '\xC2' && static_cast<unsigned char>(rest[1]) < 0xA0;
    if (!c1) key.text.append(rest.substr(0, bytes));
    at += std::max<size_t>(bytes, 1);
  }
  bytes_.erase(0, at);
  if (at == 0) return std::nullopt;
  if (key.text.empty()) key.kind = KeyKind::unknown;
  return key;
}

/// Waits for the end, so that a paste is one key; a very long one comes in parts.
std::optional<Key> KeyReader::pasted() {
  const size_t end = bytes_.find(kPasteEnd);
  pasting_ = end == std::string::npos;
  if (pasting_ && bytes_.size() < kLongestPaste) return std::nullopt;
  const std::string text = bytes_.substr(0, pasting_ ? bytes_.size() - kPasteEnd.size() : end);
  bytes_.erase(0, text.size() + (pasting_ ? 0 : kPasteEnd.size()));
  Key key{.kind = KeyKind::text};
  for (size_t at = 0; at < text.size();) {
    const size_t bytes = base::utf8_sequence(std::string_view(text).substr(at));
    if (is_control_character(text[at])) {
      key.text += ' ';
    } else {
      key.text.append(text, at, bytes);
    }
    at += std::max<size_t>(bytes, 1);
  }
  return key;
}

}  // namespace vicinal::cli
