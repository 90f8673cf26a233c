#pragma once
/// Keys of words seen before: texts repeat their words, and a stemmer takes longer than a look-up.

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "lexical/word_keys.h"

namespace vicinal::lexical {

/// Direct-mapped; a word displaces another with the same place. A word and its key fit in an entry of one cache line,
/// else they are not kept. 512 KiB, of which nothing is allocated for the few words of queries. Not thread-safe.
class WordCache {
 public:
  /// A number for these rules; words found under one are not found under another.
  uint16_t context_of(const KeyRules& rules);

  /// The key of a plain word, empty for a stop word; null: not here. Valid until the next insert.
  struct Hit {
    const char* key = nullptr;
    size_t bytes = 0;
    explicit operator bool() const { return key != nullptr; }
    std::string_view view() const { return {key, bytes}; }
  };
  Hit find(uint16_t context, std::string_view word) const {
    if (word.size() > kMaxWordBytes || entries_.empty()) return {};
    const Entry& entry = entries_[place(context, word)];
    const bool same = entry.context == context && entry.word_bytes == word.size() &&
                      std::memcmp(entry.bytes.data(), word.data(), word.size()) == 0;
    return same ? Hit{entry.bytes.data() + entry.word_bytes, entry.key_bytes} : Hit{};
  }
  void insert(uint16_t context, std::string_view word, std::string_view key);

 private:
  static constexpr size_t kEntries = 8192, kMaxWordBytes = 36;
  struct alignas(64) Entry {
    uint16_t context = 0;  // 0: empty
    uint8_t word_bytes = 0, key_bytes = 0;
    std::array<char, 60> bytes;  // word, then key
  };

  static size_t place(uint16_t context, std::string_view word) {
    uint64_t hash = context, part = 0;
    size_t at = 0;
    for (; at + 8 <= word.size(); at += 8) {
      std::memcpy(&part, word.data() + at, 8);
      hash = (hash ^ part) * 0x9E3779B97F4A7C15u;
      hash ^= hash >> 32;
    }
    for (part = 0; at < word.size(); ++at) part = part << 8 | static_cast<unsigned char>(word[at]);
    hash = (hash ^ part ^ uint64_t{word.size()} << 56) * 0x9E3779B97F4A7C15u;
    return hash >> 51;
  }
  static_assert(kEntries == size_t{1} << (64 - 51));

  std::vector<Entry> entries_;
  std::vector<KeyRules> contexts_;
  size_t words_ = 0;  // that came before there was a cache
};

}  // namespace vicinal::lexical
