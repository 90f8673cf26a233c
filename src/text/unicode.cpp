#include "text/unicode.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>

namespace vicinal::text {
namespace {

constexpr size_t kCodePoints = 0x110000;

struct FlagRange {
  char32_t first, last;
  uint8_t flags;
};
struct CasePair {
  char32_t upper, lower;
};
struct Decomposition {
  char32_t from;
  uint32_t size;
  char32_t to[4];
};

#include "text/unicode_tables.inl"

enum Flag : uint8_t { kRemoved = 1, kWhiteSpace = 2, kNonspacing = 4, kPunctuation = 8, kCombining = 16, kWord = 32 };

/// One byte per code point, spread out once from the ranges; untouched pages of zeros cost no memory.
class FlagTable {
 public:
  FlagTable() : flags_(new uint8_t[kCodePoints]()) {
    for (const FlagRange& range : kFlagRanges) {
      std::fill(flags_.get() + range.first, flags_.get() + range.last + 1, range.flags);
    }
  }
  bool has(char32_t c, Flag flag) const { return c < kCodePoints && (flags_[c] & flag) != 0; }

 private:
  std::unique_ptr<uint8_t[]> flags_;
};

bool has_flag(char32_t c, Flag flag) {
  static const FlagTable table;
  return table.has(c, flag);
}

// Hangul syllables decompose by arithmetic (The Unicode Standard, section 3.12).
constexpr char32_t kSyllables = 0xAC00, kLeads = 0x1100, kVowels = 0x1161, kTails = 0x11A7;
constexpr char32_t kVowelCount = 21, kTailCount = 28, kSyllableCount = 11172;

std::span<const char32_t> decompose_hangul(char32_t c, std::span<char32_t, 3> storage) {
  const char32_t index = c - kSyllables;
  storage[0] = kLeads + index / (kVowelCount * kTailCount);
  storage[1] = kVowels + index % (kVowelCount * kTailCount) / kTailCount;
  storage[2] = kTails + index % kTailCount;
  return storage.first(index % kTailCount == 0 ? 2 : 3);
}

}  // namespace

bool is_removed_by_cleaning(char32_t c) { return has_flag(c, kRemoved); }
bool is_white_space(char32_t c) { return has_flag(c, kWhiteSpace); }
bool is_nonspacing_mark(char32_t c) { return has_flag(c, kNonspacing); }
bool is_combining_mark(char32_t c) { return has_flag(c, kCombining); }
bool is_punctuation(char32_t c) { return has_flag(c, kPunctuation); }
bool is_word_character(char32_t c) { return has_flag(c, kWord); }

bool is_cjk_ideograph(char32_t c) {
  const auto within = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  // 2B920: so in the library (the block starts at 2B820), and ids follow it.
  return within(0x3400, 0x4DBF) || within(0x4E00, 0x9FFF) || within(0xF900, 0xFAFF) || within(0x20000, 0x2A6DF) ||
         within(0x2A700, 0x2B81F) || within(0x2B920, 0x2CEAF) || within(0x2F800, 0x2FA1F);
}

char32_t lower_case(char32_t c) {
  const auto* found = std::lower_bound(std::begin(kLower), std::end(kLower), c,
                                       [](const CasePair& pair, char32_t value) { return pair.upper < value; });
  return found != std::end(kLower) && found->upper == c ? found->lower : c;
}

std::span<const char32_t> canonical_decomposition(char32_t c, std::span<char32_t, 3> storage) {
  if (c >= kSyllables && c < kSyllables + kSyllableCount) return decompose_hangul(c, storage);
  const auto* found = std::lower_bound(std::begin(kDecompositions), std::end(kDecompositions), c,
                                       [](const Decomposition& entry, char32_t value) { return entry.from < value; });
  if (found == std::end(kDecompositions) || found->from != c) return {};
  return {found->to, found->size};
}

}  // namespace vicinal::text
