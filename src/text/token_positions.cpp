#include "text/token_positions.h"

#include <algorithm>

#include "text/boundaries.h"
#include "text/utf8.h"

namespace vicinal::text {
namespace {

constexpr size_t kPositionWindowBytes = size_t{1} << 16;
constexpr size_t kCutSearchBytes = size_t{1} << 12;
constexpr size_t kCompactFrom = size_t{1} << 16;

size_t cut_window(std::string_view text, size_t begin) {
  if (text.size() - begin <= kPositionWindowBytes) return text.size();
  const size_t farthest = boundary_at_or_before(text, begin + kPositionWindowBytes);
  for (size_t at = farthest; at > farthest - kCutSearchBytes; at = previous_boundary(text, at)) {
    if (white_space_before(text, at)) return at;
  }
  return farthest;
}

}  // namespace

size_t TokenPositions::after(size_t from, size_t tokens, size_t farthest) {
  size_t first = 0;
  for (;;) {
    first = static_cast<size_t>(
        std::lower_bound(begins_.begin() + static_cast<std::ptrdiff_t>(dead_), begins_.end(), from) - begins_.begin());
    if (begins_.size() - first > tokens || read_to_ >= std::min(farthest, text_.size())) break;
    read_window();
  }
  if (begins_.size() - first <= tokens) return farthest;
  return std::min(begins_[first + tokens], farthest);
}

size_t TokenPositions::before(size_t end, size_t tokens, size_t lowest) {
  while (read_to_ < std::min(end, text_.size())) read_window();
  const auto last = std::lower_bound(begins_.begin() + static_cast<std::ptrdiff_t>(dead_), begins_.end(), end);
  const size_t available = static_cast<size_t>(last - begins_.begin()) - dead_;
  if (available < tokens) return lowest;
  if (tokens == 0) return end;
  return std::max(lowest, *(last - static_cast<std::ptrdiff_t>(tokens)));
}

void TokenPositions::forget_before(size_t position) {
  while (dead_ < begins_.size() && begins_[dead_] < position) ++dead_;
  if (dead_ < kCompactFrom || dead_ * 2 < begins_.size()) return;
  begins_.erase(begins_.begin(), begins_.begin() + static_cast<std::ptrdiff_t>(dead_));
  dead_ = 0;
}

void TokenPositions::read_window() {
  const size_t end = cut_window(text_, read_to_);
  const Encoding window = tokenizer_.encode(text_.substr(read_to_, end - read_to_), {.add_special = false});
  for (const ByteSpan& span : window.spans) {
    begins_.push_back(read_to_ + span.begin);
  }
  read_to_ = end;
}

}  // namespace vicinal::text
