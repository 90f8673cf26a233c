#include "lexical/word_cache.h"

#include <algorithm>

namespace vicinal::lexical {
namespace {

constexpr size_t kMaxContexts = 4096;
constexpr size_t kWordsWithoutCache = 512;

}  // namespace

uint16_t WordCache::context_of(const KeyRules& rules) {
  const auto found = std::ranges::find(contexts_, rules);
  if (found != contexts_.end()) return static_cast<uint16_t>(found - contexts_.begin() + 1);
  if (contexts_.size() == kMaxContexts) {
    contexts_.clear();
    entries_.clear();
  }
  contexts_.push_back(rules);
  return static_cast<uint16_t>(contexts_.size());
}

void WordCache::insert(uint16_t context, std::string_view word, std::string_view key) {
  if (entries_.empty()) {
    if (++words_ < kWordsWithoutCache) return;
    entries_.resize(kEntries);
  }
  Entry& entry = entries_[place(context, word)];
  if (word.size() > kMaxWordBytes || word.size() + key.size() > entry.bytes.size()) return;
  entry.context = context;
  entry.word_bytes = static_cast<uint8_t>(word.size());
  entry.key_bytes = static_cast<uint8_t>(key.size());
  std::ranges::copy(key, std::ranges::copy(word, entry.bytes.begin()).out);
}

}  // namespace vicinal::lexical
