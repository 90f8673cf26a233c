#pragma once
/// Longest-prefix look-up of byte strings.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace vicinal::text {

/// Edges lie in one open-addressing table keyed by (node, byte), so building is linear in the bytes whatever the
/// keys are. 12 bytes per node at most 50 % full. Immutable after building; thread-safe then.
class ByteTrie {
 public:
  static constexpr size_t kMaxNodes = (size_t{1} << 24) - 2;

  struct Match {
    size_t bytes = 0;  ///< 0: nothing matches
    int32_t value = -1;
  };

  ByteTrie();

  /// Room for keys of so many bytes together, if they share beginnings as words of a language do. More may be added.
  void reserve(size_t key_bytes);

  /// Adds or replaces. False: full. REQUIRES: key not empty, value >= 0.
  bool insert(std::string_view key, int32_t value);

  /// Where the value of `key` is kept, -1 in it where the key is new; null: full. Valid until the next call. For
  /// builders that ask and add in one walk. REQUIRES: key not empty; a value >= 0 is stored.
  int32_t* place_of(std::string_view key);

  /// The longest key that `text` starts with.
  Match longest_prefix(std::string_view text) const;

  /// True if some key starts with this byte.
  bool starts(unsigned char byte) const { return first_[byte] != kNone; }

 private:
  static constexpr uint32_t kNone = 0xFFFFFFFF;
  struct Edge {
    uint32_t key = kNone;  // node << 8 | byte
    uint32_t child = 0;
  };

  size_t slot(uint32_t key) const { return static_cast<size_t>((key * 0x9E3779B97F4A7C15u) >> shift_); }
  /// Where the edge of this key is, or would be.
  size_t find(uint32_t key) const;
  uint32_t child(uint32_t node, unsigned char byte) const;
  uint32_t child_or_new(uint32_t node, unsigned char byte);
  void resize(size_t slots);

  std::vector<Edge> edges_;
  unsigned shift_ = 0;
  std::vector<int32_t> values_;  // per node, -1: no key ends here
  uint32_t first_[256];          // children of the root
};

}  // namespace vicinal::text
