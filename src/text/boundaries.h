#pragma once
/// Places where a text may be cut, by how good a place it is.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace vicinal::text {

/// From worst to best. A boundary lies before the first character (not white space) of what follows.
enum class Boundary : uint8_t { sentence, line, paragraph, heading };

struct BoundaryMark {
  size_t position = 0;
  Boundary kind = Boundary::sentence;
};

/// Finds boundaries from the front of a text, as far as asked. Sentences end at . ! ? and their like in other
/// scripts; not after abbreviations, initials and ordinals, nor where a small letter follows. Headings are Markdown's
/// "#" lines outside of code fences; what follows a heading directly is no boundary, so that it is not left alone at
/// the end of a passage. Keeps a view of the text. Not thread-safe.
class BoundaryScanner {
 public:
  explicit BoundaryScanner(std::string_view text) : text_(text) {}

  /// All boundaries b with first <= b <= last, in order. Valid until the next call. REQUIRES: `first` is not below
  /// what was given to forget_before.
  std::span<const BoundaryMark> between(size_t first, size_t last);

  void forget_before(size_t position);

 private:
  void read_past(size_t position);
  void read_line_start();
  void read_character();
  void read_sentence_end(size_t stop_begin, size_t stop_end, bool needs_space);

  std::string_view text_;
  size_t at_ = 0;
  size_t newlines_ = 1;        // since the last character that is no white space; the text starts a line
  bool after_heading_ = true;  // nothing is cut off before the first line
  bool in_fence_ = false;
  std::vector<BoundaryMark> marks_;
  size_t dead_ = 0;  // marks at the front that are forgotten
};

/// True if no user-perceived character is cut at `position` (extended grapheme clusters, Unicode Annex 29; where
/// that depends on a long way back, the answer is no). REQUIRES: a code point boundary inside the text.
bool is_grapheme_boundary(std::string_view text, size_t position);

/// The first position from `at` on that is no white space; text.size() if there is none.
size_t skip_white_space(std::string_view text, size_t at);
/// The end of what is no white space in [begin, end); `begin` if there is nothing.
size_t trim_white_space(std::string_view text, size_t begin, size_t end);
/// True if the code point that ends at `position` is white space. REQUIRES: position > 0.
bool white_space_before(std::string_view text, size_t position);

}  // namespace vicinal::text
