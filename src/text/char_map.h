#pragma once
/// Normalizer and pre-tokenizer in one table look-up per code point, for normalizers that look at one code point
/// at a time. Thread-safe.
///
/// The table comes into being in pages of 256 code points, each computed when a text first has one of them: the
/// whole of it takes milliseconds, and most programs see two or three scripts.

#include <array>
#include <atomic>
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
  CharMap(const CharMap&) = delete;
  CharMap& operator=(const CharMap&) = delete;
  ~CharMap();

  CharAction action(char32_t c) const {
    if (c >= kTableSize) return compute(c);
    const Page* page = pages_[c / kPageSize].load(std::memory_order_acquire);
    return unpack((page != nullptr ? *page : add_page(c / kPageSize))[c % kPageSize]);
  }

  /// Appends what a code point of kind `several` becomes.
  void expand(char32_t c, std::vector<CharAction>& out) const;

  /// For an ASCII byte inside a run of letters: its normalised byte; 0 for all that is not just that.
  char letter(unsigned char byte) const { return letters_[byte]; }

  /// True if white space always separates words: then a text may be looked at in pieces cut there.
  bool white_space_separates() const { return white_space_separates_; }

 private:
  static constexpr size_t kTableSize = 0x10000;  // the Basic Multilingual Plane
  static constexpr size_t kPageSize = 256;
  using Page = std::array<uint32_t, kPageSize>;

  const Page& add_page(size_t index) const;
  static uint32_t pack(CharAction action);
  static CharAction unpack(uint32_t packed);
  CharAction compute(char32_t c) const;
  CharAction with_role(char32_t c) const { return {CharAction::Kind::single, pre_tokenizer_.role(c), c}; }

  bool normalizes_ = false;
  Normalizer normalizer_;
  PreTokenizer pre_tokenizer_;
  mutable std::array<std::atomic<const Page*>, kTableSize / kPageSize> pages_ = {};  // owned; null: not seen yet
  char letters_[256] = {};
  bool white_space_separates_ = false;
};

}  // namespace vicinal::text
