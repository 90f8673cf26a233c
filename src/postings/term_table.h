#pragma once
/// Numbers terms in the order of their first appearance: a hash table whose keys lie in one buffer.

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"

namespace vicinal::postings {

class TermTable {
 public:
  /// The term's number; a new one where it was not seen.
  uint32_t number(std::string_view key) {
    if ((ends_.size() + 1) * 2 > slots_.size()) grow();
    const uint64_t hash = base::xxh3_64(key);
    Slot& slot = find(key, hash);
    if (slot.number == kFree) {
      slot = {static_cast<uint32_t>(hash >> 32), static_cast<uint32_t>(ends_.size())};
      keys_ += key;
      ends_.push_back(keys_.size());
    }
    return slot.number;
  }
  size_t size() const { return ends_.size(); }
  std::string_view key(uint32_t number) const {
    const size_t begin = number == 0 ? 0 : ends_[number - 1];
    return std::string_view(keys_).substr(begin, ends_[number] - begin);
  }
  size_t bytes() const {
    return keys_.capacity() + ends_.capacity() * sizeof(size_t) + slots_.capacity() * sizeof(Slot);
  }

 private:
  static constexpr uint32_t kFree = UINT32_MAX;
  struct Slot {
    uint32_t hash = 0;  ///< its upper half
    uint32_t number = kFree;
  };

  Slot& find(std::string_view wanted, uint64_t hash) {
    const size_t mask = slots_.size() - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
      Slot& slot = slots_[i];
      if (slot.number == kFree) return slot;
      if (slot.hash == static_cast<uint32_t>(hash >> 32) && key(slot.number) == wanted) return slot;
    }
  }
  void grow() {
    slots_.assign(std::max<size_t>(1024, slots_.size() * 2), {});
    for (uint32_t number = 0; number < ends_.size(); ++number) {
      const uint64_t hash = base::xxh3_64(key(number));
      size_t i = hash & (slots_.size() - 1);
      while (slots_[i].number != kFree) i = (i + 1) & (slots_.size() - 1);
      slots_[i] = {static_cast<uint32_t>(hash >> 32), number};
    }
  }

  std::string keys_;
  std::vector<size_t> ends_;
  std::vector<Slot> slots_;
};

}  // namespace vicinal::postings
