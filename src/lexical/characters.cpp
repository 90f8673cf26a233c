#include "lexical/characters.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <vector>

#include "text/utf8.h"

namespace vicinal::lexical {
namespace {

struct CharacterRange {
  char32_t first, last;
  uint16_t value;
};
struct FoldRow {
  char32_t from;
  uint16_t begin;
  uint8_t size;
};

#include "lexical/character_tables.inl"

constexpr size_t kPageBits = 8, kPageSize = size_t{1} << kPageBits, kPages = 0x110000 >> kPageBits;

/// Pages of 256 code points; those with the same value throughout share one.
class CharacterTable {
 public:
  CharacterTable() {
    pages_.fill(uniform(0));
    for (const CharacterRange& range : kCharacterRanges) fill(range);
  }
  uint16_t operator[](char32_t c) const { return pages_[c >> kPageBits][c % kPageSize]; }

 private:
  void fill(const CharacterRange& range) {
    for (char32_t at = range.first; at <= range.last;) {
      const char32_t end = std::min<char32_t>(range.last, at | (kPageSize - 1)) + 1;
      const bool whole = at % kPageSize == 0 && end - at == kPageSize;
      if (whole) pages_[at >> kPageBits] = uniform(range.value);
      if (!whole)
        std::fill(own(at >> kPageBits) + at % kPageSize, own(at >> kPageBits) + (end - 1) % kPageSize + 1, range.value);
      at = end;
    }
  }
  uint16_t* add_page(uint16_t value) {
    uint16_t* page = memory_.emplace_back(new uint16_t[kPageSize]).get();
    std::fill_n(page, kPageSize, value);
    return page;
  }
  uint16_t* uniform(uint16_t value) {
    const auto found = std::ranges::find(uniform_, value, &Uniform::value);
    return found != uniform_.end() ? found->page : uniform_.emplace_back(value, add_page(value)).page;
  }
  /// The page `index`, which only its own code points use. Empty ones are shared until then.
  uint16_t* own(size_t index) {
    if (pages_[index] == uniform(0)) pages_[index] = add_page(0);
    return pages_[index];
  }

  struct Uniform {
    uint16_t value;
    uint16_t* page;
    Uniform(uint16_t v, uint16_t* p) : value(v), page(p) {}
  };
  std::vector<std::unique_ptr<uint16_t[]>> memory_;
  std::vector<Uniform> uniform_;
  std::array<uint16_t*, kPages> pages_ = {};
};

/// REQUIRES: character(c).folds().
std::u32string_view folding(char32_t c) {
  const auto* row = std::ranges::lower_bound(kFolds, c, {}, &FoldRow::from);
  return {kFoldPool + row->begin, row->size};
}

constexpr std::array<uint16_t, 0x80> ascii_characters() {
  std::array<uint16_t, 0x80> values{};
  for (const CharacterRange& range : kCharacterRanges) {
    if (range.first >= values.size()) break;
    for (char32_t c = range.first; c <= range.last && c < values.size(); ++c) values[c] = range.value;
  }
  return values;
}

}  // namespace

constinit const std::array<uint16_t, 0x80> kAsciiCharacters = ascii_characters();

bool is_ascii(std::string_view text) {
  unsigned char all = 0;
  for (const char byte : text) all |= static_cast<unsigned char>(byte);
  return all < 0x80;
}

Character character_beyond_ascii(char32_t c) {
  static const CharacterTable table;
  return Character(c < 0x110000 ? table[c] : uint16_t{0});
}

bool append_folded(std::string_view text, size_t max_bytes, std::string& out) {
  for (size_t at = 0; at < text.size();) {
    const text::CodePoint c = text::decode_at(text, at);
    if (c.bytes == 1 && out.size() < max_bytes && c.value != U'\'' && c.value != U'"') {  // most of it
      out += static_cast<char>(c.value >= U'A' && c.value <= U'Z' ? c.value + 32 : c.value);
      ++at;
      continue;
    }
    const size_t before = out.size();
    if (character(c.value).folds()) {
      for (const char32_t folded : folding(c.value)) text::append_utf8(out, folded);
    } else {
      out.append(text.substr(at, c.bytes));
    }
    if (out.size() > max_bytes) {
      out.resize(before);
      return false;
    }
    at += c.bytes;
  }
  return true;
}

}  // namespace vicinal::lexical
