#include "text/byte_trie.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace vicinal::text {
namespace {
constexpr size_t kFirstSlots = 1024;
}

ByteTrie::ByteTrie() : edges_(kFirstSlots), shift_(64 - std::countr_zero(kFirstSlots)), values_(1, -1) {
  std::ranges::fill(first_, kNone);
}

bool ByteTrie::insert(std::string_view key, int32_t value) {
  int32_t* place = place_of(key);
  if (place != nullptr) *place = value;
  return place != nullptr;
}

int32_t* ByteTrie::place_of(std::string_view key) {
  if (values_.size() + key.size() > kMaxNodes) return nullptr;
  const auto first = static_cast<unsigned char>(key[0]);
  if (first_[first] == kNone) {
    first_[first] = static_cast<uint32_t>(values_.size());
    values_.push_back(-1);
  }
  uint32_t node = first_[first];
  for (const char c : key.substr(1)) node = child_or_new(node, static_cast<unsigned char>(c));
  return &values_[node];
}

ByteTrie::Match ByteTrie::longest_prefix(std::string_view text) const {
  Match match;
  if (text.empty()) return match;
  uint32_t node = first_[static_cast<unsigned char>(text[0])];
  for (size_t depth = 1; node != kNone; ++depth) {
    if (values_[node] >= 0) match = {depth, values_[node]};
    if (depth == text.size()) break;
    node = child(node, static_cast<unsigned char>(text[depth]));
  }
  return match;
}

size_t ByteTrie::find(uint32_t key) const {
  size_t at = slot(key);
  while (edges_[at].key != key && edges_[at].key != kNone) at = (at + 1) & (edges_.size() - 1);
  return at;
}

uint32_t ByteTrie::child(uint32_t node, unsigned char byte) const {
  const Edge edge = edges_[find(node << 8 | byte)];
  return edge.key == kNone ? kNone : edge.child;
}

uint32_t ByteTrie::child_or_new(uint32_t node, unsigned char byte) {
  if (values_.size() * 2 > edges_.size()) resize(edges_.size() * 2);
  Edge& edge = edges_[find(node << 8 | byte)];
  if (edge.key == kNone) {
    edge = {node << 8 | byte, static_cast<uint32_t>(values_.size())};
    values_.push_back(-1);
  }
  return edge.child;
}

void ByteTrie::reserve(size_t key_bytes) {
  const size_t slots = std::bit_ceil(std::min(key_bytes, kMaxNodes) / 2 + 1);  // a third of the bytes become nodes
  if (slots > edges_.size()) resize(slots);
  values_.reserve(slots / 2);
}

void ByteTrie::resize(size_t slots) {
  const std::vector<Edge> before = std::exchange(edges_, std::vector<Edge>(slots));
  shift_ = 64 - std::countr_zero(slots);
  for (const Edge& edge : before) {
    if (edge.key != kNone) edges_[find(edge.key)] = edge;
  }
}

}  // namespace vicinal::text
