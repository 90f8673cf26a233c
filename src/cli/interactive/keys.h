#pragma once
/// What a terminal sends, as keys: xterm's and VT220's sequences, control characters as in a shell's line, UTF-8 text,
/// bracketed paste. Pure: bytes in, keys out, in whatever pieces they come.

#include <optional>
#include <string>
#include <string_view>

namespace vicinal::cli {

enum class KeyKind {
  text,  ///< of Key::text; pasted line ends and tabs are spaces
  left,
  right,
  word_left,
  word_right,
  home,
  end,
  erase_before,    ///< backspace
  erase_behind,    ///< delete
  erase_word,      ///< Ctrl-W
  erase_to_start,  ///< Ctrl-U
  erase_to_end,    ///< Ctrl-K
  up,
  down,
  page_up,
  page_down,
  enter,
  leave,    ///< Esc, Ctrl-C, Ctrl-G
  suspend,  ///< Ctrl-Z
  redraw,   ///< Ctrl-L
  unknown,  ///< nothing that has a meaning here
};

struct Key {
  KeyKind kind = KeyKind::unknown;
  std::string text = {};
  bool operator==(const Key&) const = default;
};

/// Not thread-safe.
class KeyReader {
 public:
  void add(std::string_view bytes) { bytes_ += bytes; }
  /// The next whole key; nothing when more bytes are needed. Invalid UTF-8 is dropped.
  std::optional<Key> next();
  /// An escape character waits for what may follow: call `time_out` when nothing did for a moment (within a paste: for
  /// some seconds).
  bool waits() const { return !bytes_.empty() || pasting_; }
  bool is_pasting() const { return pasting_; }
  /// What waits is all there is: an escape character alone is the key Esc, a paste is over.
  void time_out();

 private:
  std::optional<Key> escape();
  std::optional<Key> sequence(size_t begin);
  std::optional<Key> text();
  std::optional<Key> pasted();
  Key take(size_t bytes, KeyKind kind);

  std::string bytes_;
  bool pasting_ = false;
  bool alone_ = false;  ///< the escape character in front is the key
};

}  // namespace vicinal::cli
