#include "read/headings.h"

namespace vicinal::read {

std::vector<std::string> heading_trail(std::span<const Heading> headings, size_t text_offset) {
  std::vector<const Heading*> open;
  for (const Heading& heading : headings) {
    if (heading.text_begin > text_offset) break;
    while (!open.empty() && open.back()->level >= heading.level) open.pop_back();
    open.push_back(&heading);
  }
  std::vector<std::string> trail;
  for (const Heading* heading : open) trail.push_back(heading->title);
  return trail;
}

}  // namespace vicinal::read
