#pragma once
/// Yields the normalised words of a text one after another, reading no further than it must.

#include <cstdint>
#include <string_view>
#include <vector>

#include "text/char_map.h"
#include "text/word.h"

namespace vicinal::text {

/// Reads the bytes between skip_to() and set_end(); a word goes on over a moved end until finish() closes it. So a
/// text can be fed in pieces without cutting words. Keeps views of the map and the text. Not thread-safe.
class WordScanner {
 public:
  WordScanner(const CharMap& map, std::string_view text, size_t max_code_points)
      : map_(map), text_(text), word_(max_code_points) {}
  WordScanner(const CharMap&&, std::string_view, size_t) = delete;

  /// Bytes up to `end` (a code point boundary) may be read.
  void set_end(size_t end) { end_ = end; }
  /// Goes on at `position`. REQUIRES: finish() was called or no word is open.
  void skip_to(size_t position) { position_ = position; }

  /// True: word() is complete, until the next call. False: the end is reached, maybe within a word.
  bool next();
  /// Closes an open word. True: there was one, see word().
  bool finish();
  const Word& word() const { return word_; }

 private:
  bool take_letters();
  bool take_pending();
  bool take_code_point();
  bool take(CharAction action, ByteSpan source);
  bool close(bool consumed);

  const CharMap& map_;
  std::string_view text_;
  Word word_;
  size_t position_ = 0;
  size_t end_ = 0;
  bool closed_ = false;             // word_ was handed out
  bool consumed_ = true;            // the action that closed the word needs no second look
  WordRole role_ = WordRole::word;  // of the open word
  std::vector<CharAction> pending_;
  size_t pending_at_ = 0;
  ByteSpan pending_source_;
};

}  // namespace vicinal::text
