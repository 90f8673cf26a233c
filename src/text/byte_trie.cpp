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
  for (const char c : key.substr(1)) {
    const auto byte = static_cast<unsigned char>(c);
    const uint32_t found = child(node, byte);
    node = found != kNone ? found : add_child(node, byte);
  }
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

uint32_t ByteTrie::child(uint32_t node, unsigned char byte) const {
  const uint32_t key = node << 8 | byte;
  for (size_t at = slot(key);; at = (at + 1) & (edges_.size() - 1)) {
    if (edges_[at].key == key) return edges_[at].child;
    if (edges_[at].key == kNone) return kNone;
  }
}

uint32_t ByteTrie::add_child(uint32_t node, unsigned char byte) {
  if (values_.size() * 2 > edges_.size()) grow();
  const auto added = static_cast<uint32_t>(values_.size());
  values_.push_back(-1);
  place({node << 8 | byte, added});
  return added;
}

void ByteTrie::place(Edge edge) {
  size_t at = slot(edge.key);
  while (edges_[at].key != kNone) at = (at + 1) & (edges_.size() - 1);
  edges_[at] = edge;
}

void ByteTrie::grow() {
  const std::vector<Edge> before = std::exchange(edges_, std::vector<Edge>(edges_.size() * 2));
  --shift_;
  for (const Edge& edge : before) {
    if (edge.key != kNone) place(edge);
  }
}

}  // namespace vicinal::text
