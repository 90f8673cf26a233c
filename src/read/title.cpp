#include "read/title.h"

namespace vicinal::read {

std::string clean_title(std::string_view text) {
  std::string title;
  bool space = false;
  for (const char c : text) {
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
      space = !title.empty();
      continue;
    }
    if (space) title.push_back(' ');
    space = false;
    title.push_back(c);
  }
  if (title.size() <= kMaxTitleBytes) return title;
  size_t end = kMaxTitleBytes;
  while (end > 0 && (static_cast<unsigned char>(title[end]) & 0xC0) == 0x80) --end;
  title.resize(end);
  return title;
}

}  // namespace vicinal::read
