#pragma once
/// Headings of a document, and the trail of those that a place lies under.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace vicinal::read {

struct Heading {
  size_t text_begin = 0;  ///< byte of the canonical text
  int level = 1;          ///< 1 is the outermost
  std::string title;      ///< one line, bounded (title.h)
};

/// More of one document are left out.
inline constexpr size_t kMaxHeadings = size_t{1} << 16;

/// The titles of the headings that are open at a byte of the text, outermost first; one that begins there is. A heading
/// closes those of its level and below. REQUIRES: `headings` in the order of the text.
std::vector<std::string> heading_trail(std::span<const Heading> headings, size_t text_offset);

}  // namespace vicinal::read
