#include "text/byte_trie.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace vicinal::text {
namespace {
constexpr size_t kFirstSlots = 1024;
}

ByteTrie::ByteTrie() : edges_(kFirstSlots), shift_(64 - std::countr_zero(kFirstSlots)) {
  std::ranges::fill(first_, kNone);
}

bool ByteTrie::insert(std::string_view key, int32_t value) {
  int32_t* place = place_of(key);
  if (place != nullptr) *place = value;
  return place != nullptr;
}

int32_t* ByteTrie::place_of(std::string_view key) {
  if (nodes_.size() + key.size() > kMaxNodes) return nullptr;
  const auto first = static_cast<unsigned char>(key[0]);
  if (first_[first] == kNone) first_[first] = add_node();
  uint32_t node = first_[first];
  for (const char c : key.substr(1)) node = child_or_new(node, static_cast<unsigned char>(c));
  return &nodes_[node].value;
}

ByteTrie::Match ByteTrie::longest_prefix(std::string_view text) const {
  Match match;
  if (text.empty()) return match;
  uint32_t node = first_[static_cast<unsigned char>(text[0])];
  for (size_t depth = 1; node != kNone; ++depth) {
    if (nodes_[node].value >= 0) match = {depth, nodes_[node].value};
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
  const Node& from = nodes_[node];
  if ((from.first & 0xFF) == byte && from.first != kNone) return from.first >> 8;
  if (!from.has_more) return kNone;
  const Edge edge = edges_[find(node << 8 | byte)];
  return edge.key == kNone ? kNone : edge.child;
}

uint32_t ByteTrie::child_or_new(uint32_t node, unsigned char byte) {
  if (nodes_[node].first == kNone) {
    const uint32_t added = add_node();
    nodes_[node].first = added << 8 | byte;
    return added;
  }
  if ((nodes_[node].first & 0xFF) == byte) return nodes_[node].first >> 8;
  if (edge_count_ * 2 >= edges_.size()) grow();
  Edge& edge = edges_[find(node << 8 | byte)];
  if (edge.key == kNone) {
    edge = {node << 8 | byte, add_node()};
    nodes_[node].has_more = true;
    ++edge_count_;
  }
  return edge.child;
}

uint32_t ByteTrie::add_node() {
  nodes_.emplace_back();
  return static_cast<uint32_t>(nodes_.size() - 1);
}

void ByteTrie::grow() {
  const std::vector<Edge> before = std::exchange(edges_, std::vector<Edge>(edges_.size() * 2));
  --shift_;
  for (const Edge& edge : before) {
    if (edge.key != kNone) edges_[find(edge.key)] = edge;
  }
}

}  // namespace vicinal::text
