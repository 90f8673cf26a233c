#pragma once
/// Canonical text while it is being made, with the marks that lead back to the file.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "read/document.h"

namespace vicinal::read {

/// Appends text and remembers where it came from, as long as both do not advance alike. Marks are bounded: a large
/// file whose every line needs one gets coarser marks, never more than kMaxMarks.
class MarkedText {
 public:
  static constexpr size_t kMaxMarks = size_t{1} << 22;

  explicit MarkedText(size_t source_bytes) : spacing_(source_bytes / kMaxMarks) { text_.reserve(source_bytes); }

  /// What is appended next lies at this place of the file.
  void at(size_t file_offset);
  void append(std::string_view text) { text_ += text; }
  void append(char byte) { text_.push_back(byte); }

  std::string& text() { return text_; }
  const std::string& text() const { return text_; }
  std::vector<OffsetMark>& marks() { return marks_; }
  const std::vector<OffsetMark>& marks() const { return marks_; }

 private:
  std::string text_;
  std::vector<OffsetMark> marks_;
  size_t spacing_;
};

/// The file's byte for a byte of the text; see OffsetMark. No marks: the same byte.
size_t mapped_offset(const std::vector<OffsetMark>& marks, size_t text_offset);

/// Appends one code point as UTF-8; surrogates and values over U+10FFFF become U+FFFD, as does NUL.
void append_code_point(std::string& out, uint32_t code_point);

inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

}  // namespace vicinal::read
