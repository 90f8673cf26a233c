#include "lexical/edit_distance.h"

#include <algorithm>
#include <array>

#include "lexical/word_keys.h"
#include "text/utf8.h"

namespace vicinal::lexical {
namespace {

/// Code points of a stem; 0 if there are more than `out` holds.
size_t decode_all(std::string_view text, std::array<char32_t, EditMatcher::kMaxCodePoints>& out) {
  size_t count = 0;
  for (size_t at = 0; at < text.size();) {
    if (count == out.size()) return 0;
    const text::CodePoint c = text::decode_at(text, at);
    out[count++] = c.value;
    at += c.bytes;
  }
  return count;
}

using Row = std::array<uint8_t, EditMatcher::kMaxCodePoints + 1>;

/// Three rows of the table of distances between prefixes, of which only a band around the diagonal is filled; what lies
/// outside is more than `limit`.
class BandedTable {
 public:
  BandedTable(const char32_t* a, size_t a_size, const char32_t* b, size_t b_size, size_t limit)
      : a_(a), b_(b), a_size_(a_size), b_size_(b_size), limit_(limit) {}

  size_t distance() {
    for (size_t j = 0; j <= std::min(b_size_, limit_ + 1); ++j) at(0)[j] = static_cast<uint8_t>(j);
    for (size_t i = 1; i <= a_size_; ++i)
      if (fill(i) > limit_) return limit_ + 1;
    return std::min<size_t>(at(a_size_)[b_size_], limit_ + 1);
  }

 private:
  Row& at(size_t i) { return rows_[i % 3]; }

  /// Row i; its least value.
  size_t fill(size_t i) {
    const size_t first = i > limit_ ? i - limit_ : 0, last = std::min(b_size_, i + limit_);
    const auto beyond = static_cast<uint8_t>(limit_ + 1);
    Row& row = at(i);
    if (first > 0) row[first - 1] = beyond;
    size_t least = beyond;
    for (size_t j = first; j <= last; ++j) {
      row[j] = j == 0 ? static_cast<uint8_t>(std::min<size_t>(i, beyond)) : cell(i, j, j < i + limit_);
      least = std::min<size_t>(least, row[j]);
    }
    if (last < b_size_) row[last + 1] = beyond;
    return least;
  }

  uint8_t cell(size_t i, size_t j, bool has_above) {
    const bool same = a_[i - 1] == b_[j - 1];
    unsigned best = at(i - 1)[j - 1] + (same ? 0u : 1u);
    best = std::min(best, at(i)[j - 1] + 1u);
    if (has_above) best = std::min(best, at(i - 1)[j] + 1u);
    const bool exchanged = i > 1 && j > 1 && a_[i - 1] == b_[j - 2] && a_[i - 2] == b_[j - 1];
    if (exchanged) best = std::min(best, at(i - 2)[j - 2] + 1u);
    return static_cast<uint8_t>(std::min<size_t>(best, limit_ + 1));
  }

  const char32_t *a_, *b_;
  size_t a_size_, b_size_, limit_;
  std::array<Row, 3> rows_;
};

}  // namespace

EditMatcher::EditMatcher(std::string_view word, size_t max_edits)
    : word_(word), stem_(stem_of_key(word)), max_edits_(std::min(max_edits, kMaxEdits)) {
  std::array<char32_t, kMaxCodePoints> points;
  points_.assign(points.begin(), points.begin() + static_cast<ptrdiff_t>(decode_all(stem_, points)));
}

size_t EditMatcher::distance(std::string_view key) const {
  if (key == word_) return 0;
  const std::string_view stem = stem_of_key(key);
  // A code point has one to four bytes: lengths that differ too much need not be decoded.
  const bool too_far = stem.size() > stem_.size() + 4 * max_edits_ || stem_.size() > stem.size() + 4 * max_edits_;
  if (too_far || key.substr(stem.size()) != mark() || points_.empty()) return max_edits_ + 1;
  std::array<char32_t, kMaxCodePoints> points;
  const size_t count = decode_all(stem, points);
  const size_t difference = std::max(count, points_.size()) - std::min(count, points_.size());
  if (count == 0 || difference > max_edits_) return max_edits_ + 1;
  return BandedTable(points_.data(), points_.size(), points.data(), count, max_edits_).distance();
}

}  // namespace vicinal::lexical
