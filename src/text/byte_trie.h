#pragma once
/// Longest-prefix look-up of byte strings.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace vicinal::text {

/// A node holds its first child, so that the rest of a key that shares no more with others is a run of neighbours in
/// memory; further children lie in one open-addressing table keyed by (node, byte), so that building is linear in the
/// bytes whatever the keys are. Immutable after building; thread-safe then.
class ByteTrie {
 public:
  static constexpr size_t kMaxNodes = (size_t{1} << 24) - 2;

  struct Match {
    size_t bytes = 0;  ///< 0: nothing matches
    int32_t value = -1;
  };

  ByteTrie();

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
  struct Node {
    int32_t value = -1;      // -1: no key ends here
    uint32_t first = kNone;  // child << 8 | byte
    bool has_more = false;   // further children are in edges_
  };
  struct Edge {
    uint32_t key = kNone;  // node << 8 | byte
    uint32_t child = 0;
  };

  size_t slot(uint32_t key) const { return static_cast<size_t>((key * 0x9E3779B97F4A7C15u) >> shift_); }
  /// Where the edge of this key is, or would be.
  size_t find(uint32_t key) const;
  uint32_t child(uint32_t node, unsigned char byte) const;
  uint32_t child_or_new(uint32_t node, unsigned char byte);
  uint32_t add_node();
  void grow();

  std::vector<Node> nodes_;
  std::vector<Edge> edges_;  // at most half full
  size_t edge_count_ = 0;
  unsigned shift_ = 0;
  uint32_t first_[256];  // children of the root
};

}  // namespace vicinal::text
