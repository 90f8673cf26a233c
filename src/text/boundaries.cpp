#include "text/boundaries.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <iterator>

#include "text/abbreviations.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace vicinal::text {
namespace {

constexpr size_t kMaxHeadingLevel = 6;
constexpr size_t kCompactFrom = 4096;

bool is_one_of(char32_t c, std::u32string_view set) { return set.find(c) != std::u32string_view::npos; }

/// Quotes and brackets that still belong to the sentence they follow.
bool is_closer(char32_t c) {
  return is_one_of(c, U"\"')]}*_\u201D\u2019\u00BB\u203A\u300D\u300F\uFF09\u3011\u300B\uFF02");
}

/// Stops of scripts that put no space after a sentence, or have no capitals to wait for.
bool is_full_stop_anywhere(char32_t c) {
  return is_one_of(c, U"\u3002\uFF01\uFF1F\uFF61\uFF0E\u0964\u0965\u06D4\u061F\u1362\u104B\u17D4");
}

bool is_heading(std::string_view line) {
  const size_t level = std::min(line.find_first_not_of('#'), line.size());
  if (level == 0 || level > kMaxHeadingLevel) return false;
  return level == line.size() || line[level] == ' ' || line[level] == '\t' || line[level] == '\n' ||
         line[level] == '\r';
}

bool is_fence(std::string_view line) { return line.starts_with("```") || line.starts_with("~~~"); }

UGraphemeClusterBreak cluster_class(char32_t c) {
  return static_cast<UGraphemeClusterBreak>(
      u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_GRAPHEME_CLUSTER_BREAK));
}

bool is_pictograph(char32_t c) { return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_EXTENDED_PICTOGRAPHIC); }

bool hangul_joins(UGraphemeClusterBreak before, UGraphemeClusterBreak after) {
  if (before == U_GCB_L) return after == U_GCB_L || after == U_GCB_V || after == U_GCB_LV || after == U_GCB_LVT;
  if (before == U_GCB_LV || before == U_GCB_V) return after == U_GCB_V || after == U_GCB_T;
  return (before == U_GCB_LVT || before == U_GCB_T) && after == U_GCB_T;
}

/// Flags are pairs of regional indicators: an odd number before the position means inside a pair.
bool splits_flag(std::string_view text, size_t position) {
  constexpr size_t kFarthest = 64;
  size_t indicators = 0;
  for (size_t at = position; at > 0 && indicators < kFarthest; ++indicators) {
    at = previous_boundary(text, at);
    if (cluster_class(decode_at(text, at).value) != U_GCB_REGIONAL_INDICATOR) break;
  }
  return indicators % 2 == 1;
}

}  // namespace

bool is_grapheme_boundary(std::string_view text, size_t position) {
  if (position == 0 || position >= text.size()) return true;
  const char32_t left = decode_at(text, previous_boundary(text, position)).value;
  const char32_t right = decode_at(text, position).value;
  if (left < 0x300 && right < 0x300) return !(left == U'\r' && right == U'\n');
  const UGraphemeClusterBreak before = cluster_class(left), after = cluster_class(right);
  if (before == U_GCB_CR || before == U_GCB_LF || before == U_GCB_CONTROL) return true;
  if (after == U_GCB_EXTEND || after == U_GCB_ZWJ || after == U_GCB_SPACING_MARK) return false;
  if (before == U_GCB_PREPEND) return after == U_GCB_CONTROL || after == U_GCB_CR || after == U_GCB_LF;
  if (before == U_GCB_ZWJ && is_pictograph(right)) return false;
  if (before == U_GCB_REGIONAL_INDICATOR && after == before) return !splits_flag(text, position);
  return !hangul_joins(before, after);
}

size_t skip_white_space(std::string_view text, size_t at) {
  while (at < text.size()) {
    const CodePoint c = decode_at(text, at);
    if (!is_white_space(c.value)) break;
    at += c.bytes;
  }
  return at;
}

size_t trim_white_space(std::string_view text, size_t begin, size_t end) {
  while (end > begin && white_space_before(text, end)) end = previous_boundary(text, end);
  return end;
}

bool white_space_before(std::string_view text, size_t position) {
  return is_white_space(decode_at(text, previous_boundary(text, position)).value);
}

std::span<const BoundaryMark> BoundaryScanner::between(size_t first, size_t last) {
  read_past(last);
  const auto live = std::span<const BoundaryMark>(marks_).subspan(dead_);
  const auto begin = std::ranges::lower_bound(live, first, {}, &BoundaryMark::position);
  const auto end = std::ranges::upper_bound(live, last, {}, &BoundaryMark::position);
  return begin < end ? std::span(begin, end) : std::span<const BoundaryMark>();
}

void BoundaryScanner::forget_before(size_t position) {
  while (dead_ < marks_.size() && marks_[dead_].position < position) ++dead_;
  if (dead_ < kCompactFrom || dead_ * 2 < marks_.size()) return;
  marks_.erase(marks_.begin(), marks_.begin() + static_cast<std::ptrdiff_t>(dead_));
  dead_ = 0;
}

void BoundaryScanner::read_past(size_t position) {
  while (at_ <= position && at_ < text_.size()) {
    if (text_[at_] == '\n') ++newlines_;
    if (static_cast<unsigned char>(text_[at_]) <= ' ') {
      ++at_;
    } else if (newlines_ > 0) {
      read_line_start();
    } else {
      read_character();
    }
  }
}

/// At the first character of a line that is not blank.
void BoundaryScanner::read_line_start() {
  const std::string_view line = text_.substr(at_);
  const bool fence = is_fence(line);
  const bool heading = !in_fence_ && !fence && is_heading(line);
  if (!after_heading_) {
    const Boundary kind = heading ? Boundary::heading : newlines_ > 1 ? Boundary::paragraph : Boundary::line;
    marks_.push_back({at_, kind});
  }
  in_fence_ = in_fence_ != fence;
  after_heading_ = heading;
  newlines_ = 0;
  read_character();
}

void BoundaryScanner::read_character() {
  const CodePoint c = decode_at(text_, at_);
  const size_t begin = at_;
  at_ += c.bytes;
  if (c.value == U'.' || c.value == U'!' || c.value == U'?' || c.value == U'\u2026') {
    read_sentence_end(begin, at_, true);
  } else if (c.value >= 0x80 && is_full_stop_anywhere(c.value)) {
    read_sentence_end(begin, at_, false);
  }
}

void BoundaryScanner::read_sentence_end(size_t stop_begin, size_t stop_end, bool needs_space) {
  size_t end = stop_end;
  while (end < text_.size()) {
    const CodePoint c = decode_at(text_, end);
    const bool stop = c.value == U'.' || c.value == U'!' || c.value == U'?' || is_full_stop_anywhere(c.value);
    if (!stop && !is_closer(c.value)) break;
    end += c.bytes;
  }
  const size_t next = skip_white_space(text_, end);
  const bool spaced = next > end;
  const bool single_dot = text_[stop_begin] == '.' && end == stop_end;
  at_ = end;
  if (next >= text_.size() || (needs_space && !spaced)) return;
  if (text_.substr(end, next - end).contains('\n')) return;  // the line's own mark is better
  at_ = next;
  if (needs_space && u_islower(static_cast<UChar32>(decode_at(text_, next).value))) return;
  if (single_dot && ends_in_abbreviation(text_.substr(0, stop_begin))) return;
  if (!after_heading_) marks_.push_back({next, Boundary::sentence});
}

}  // namespace vicinal::text
