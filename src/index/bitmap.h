#pragma once
/// A fixed number of bits, one a document or row.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vicinal::index {

class Bitmap {
 public:
  Bitmap() = default;
  explicit Bitmap(size_t size, bool value = false) : size_(size), words_((size + 63) / 64, value ? ~uint64_t{0} : 0) {
    clear_behind_end();
  }

  size_t size() const { return size_; }
  bool test(size_t i) const { return (words_[i / 64] >> (i % 64) & 1) != 0; }
  /// Bits 64 i to 64 i + 63.
  uint64_t word(size_t i) const { return words_[i]; }
  /// REQUIRES: bits behind size() are clear.
  void set_word(size_t i, uint64_t bits) { words_[i] = bits; }
  void set(size_t i) { words_[i / 64] |= uint64_t{1} << (i % 64); }
  size_t count() const {
    size_t count = 0;
    for (const uint64_t word : words_) count += static_cast<size_t>(std::popcount(word));
    return count;
  }

  // REQUIRES: equal sizes.
  Bitmap& operator&=(const Bitmap& other) {
    for (size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
    return *this;
  }
  Bitmap& operator|=(const Bitmap& other) {
    for (size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  Bitmap operator~() const {
    Bitmap out = *this;
    for (uint64_t& word : out.words_) word = ~word;
    out.clear_behind_end();
    return out;
  }
  bool operator==(const Bitmap&) const = default;

  /// The first set bit from `i` on; size() where there is none.
  size_t next(size_t i) const { return find(i, 0); }
  /// The first clear bit from `i` on; size() where there is none.
  size_t next_clear(size_t i) const { return find(i, ~uint64_t{0}); }

 private:
  size_t find(size_t i, uint64_t flip) const {
    if (i >= size_) return size_;
    size_t word = i / 64;
    uint64_t bits = (words_[word] ^ flip) & (~uint64_t{0} << (i % 64));
    while (bits == 0) {
      if (++word == words_.size()) return size_;
      bits = words_[word] ^ flip;
    }
    const size_t found = word * 64 + static_cast<size_t>(std::countr_zero(bits));
    return found < size_ ? found : size_;
  }
  void clear_behind_end() {
    if (size_ % 64 != 0) words_.back() &= (uint64_t{1} << (size_ % 64)) - 1;
  }

  size_t size_ = 0;
  std::vector<uint64_t> words_;
};

}  // namespace vicinal::index
