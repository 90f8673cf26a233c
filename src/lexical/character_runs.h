#pragma once
/// Scripts that put no spaces between words: Han and kana, Hangul, those of Southeast Asia.

#include <cstddef>
#include <string>
#include <string_view>

#include "lexical/characters.h"
#include "lexical/token_stream.h"

namespace vicinal::lexical {

/// The end of the run of such characters that starts at `at`: Han and kana go together, the others each alone; marks
/// belong to what they follow. REQUIRES: character(…).is_dense() of what starts at `at`.
size_t run_end(std::string_view text, size_t at);

/// The characters of a run with keys, one after another: a code point with its marks, conjoining jamo as one syllable.
class RunCharacters {
 public:
  RunCharacters(std::string_view text, size_t begin, size_t end, bool fold)
      : text_(text), at_(begin), end_(end), fold_(fold) {}

  /// False: the run is over. `key`: at most 60 bytes.
  bool next();
  size_t begin() const { return begin_; }
  size_t end() const { return at_; }
  const std::string& key() const { return key_; }

 private:
  void make_key(std::string_view character, bool several);

  std::string_view text_;
  size_t begin_ = 0, at_, end_;
  bool fold_;
  std::string key_;
};

/// Adds the run as overlapping pairs of characters, a position for each character.
void add_character_pairs(std::string_view text, size_t begin, size_t end, bool fold, TokenStream& out);

}  // namespace vicinal::lexical
