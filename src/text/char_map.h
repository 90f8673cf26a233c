#pragma once
/// Normalizer and pre-tokenizer in one table look-up per code point, for normalizers that look at one code point
/// at a time. Immutable and thread-safe.

#include <cstdint>
#include <string>
#include <vector>

#include "text/normalizer.h"
#include "text/pre_tokenizer.h"

namespace vicinal::text {

/// What one code point of the text is to the words.
struct CharAction {
  enum class Kind : uint8_t {
    drop,     ///< nothing is left of it
    single,   ///< one code point with its role
    several,  ///< more: ask CharMap::expand
  };
  Kind kind = Kind::drop;
  WordRole role = WordRole::separator;
  char32_t value = 0;
};

class CharMap {
 public:
  /// `normalizer` null: the text is normalised already, only roles are looked up.
  CharMap(const Normalizer* normalizer, PreTokenizer pre_tokenizer);

  CharAction action(char32_t c) const { return c < table_.size() ? unpack(table_[c]) : compute(c); }

  /// Appends what a code point of kind `several` becomes.
  void expand(char32_t c, std::vector<CharAction>& out) const;

  /// For an ASCII byte inside a run of letters: its normalised byte; 0 for all that is not just that.
  char letter(unsigned char byte) const { return letters_[byte]; }

  /// True if white space always separates words: then a text may be looked at in pieces cut there.
  bool white_space_separates() const { return white_space_separates_; }

 private:
  static uint32_t pack(CharAction action);
  static CharAction unpack(uint32_t packed);
  CharAction compute(char32_t c) const;
  CharAction with_role(char32_t c) const { return {CharAction::Kind::single, pre_tokenizer_.role(c), c}; }

  bool normalizes_ = false;
  Normalizer normalizer_;
  PreTokenizer pre_tokenizer_;
  std::vector<uint32_t> table_;  // the Basic Multilingual Plane
  char letters_[256] = {};
  bool white_space_separates_ = false;
};

}  // namespace vicinal::text
