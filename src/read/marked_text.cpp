#include "read/marked_text.h"

#include <algorithm>

namespace vicinal::read {

void MarkedText::at(size_t file_offset) {
  const OffsetMark last = marks_.empty() ? OffsetMark{} : marks_.back();
  if (last.file_begin + (text_.size() - last.text_begin) == file_offset) return;
  if (!marks_.empty() && last.text_begin == text_.size()) {
    marks_.back().file_begin = file_offset;
  } else if (text_.size() - last.text_begin >= spacing_) {
    marks_.push_back({text_.size(), file_offset});
  }
}

size_t mapped_offset(const std::vector<OffsetMark>& marks, size_t text_offset) {
  const auto next = std::upper_bound(marks.begin(), marks.end(), text_offset,
                                     [](size_t offset, const OffsetMark& mark) { return offset < mark.text_begin; });
  const OffsetMark from = next == marks.begin() ? OffsetMark{} : *(next - 1);
  const size_t straight = from.file_begin + (text_offset - from.text_begin);
  return next == marks.end() ? straight : std::min(straight, next->file_begin);
}

void append_code_point(std::string& out, uint32_t code_point) {
  const auto tail = [&](int shift) { out.push_back(static_cast<char>(0x80 | ((code_point >> shift) & 0x3F))); };
  if (code_point == 0 || code_point > 0x10FFFF || (code_point >= 0xD800 && code_point < 0xE000)) {
    out += kReplacement;
  } else if (code_point < 0x80) {
    out.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (code_point >> 6)));
    tail(0);
  } else if (code_point < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | (code_point >> 12)));
    tail(6);
    tail(0);
  } else {
    out.push_back(static_cast<char>(0xF0 | (code_point >> 18)));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace vicinal::read
