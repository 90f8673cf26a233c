#pragma once
/// Passages with scores: what arms give, what is fused, grouped and folded. `ordinal` counts a document's passages from
/// 0.

#include <cstdint>
#include <functional>
#include <tuple>

namespace vicinal::retrieve {

struct PassageId {
  uint64_t document = 0;  ///< internal id
  uint32_t ordinal = 0;
  auto operator<=>(const PassageId&) const = default;
};

struct ScoredPassage {
  uint64_t document = 0;
  uint32_t ordinal = 0;
  float score = 0;  ///< larger is better; finite
  PassageId id() const { return {document, ordinal}; }
};

struct PassageIdHash {
  size_t operator()(const PassageId& id) const noexcept {
    return std::hash<uint64_t>{}(id.document * 0x9E3779B97F4A7C15ULL + id.ordinal);
  }
};

/// The order of every list: larger score first, then smaller document, then smaller ordinal.
template <class Passage>
bool ranks_before(const Passage& a, const Passage& b) {
  return std::tuple(b.score, a.document, a.ordinal) < std::tuple(a.score, b.document, b.ordinal);
}

}  // namespace vicinal::retrieve
