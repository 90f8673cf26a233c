#pragma once
/// What holds for every document, whatever it was read from.

#include <string_view>

#include "base/json.h"
#include "read/document.h"

namespace vicinal::fuzz {

inline void check_headings(const std::vector<read::Heading>& headings, std::string_view text) {
  size_t before = 0;
  for (const read::Heading& heading : headings) {
    VICINAL_CHECK_LE(before, heading.text_begin);
    VICINAL_CHECK_LE(heading.text_begin + 1, text.size());
    VICINAL_CHECK(!heading.title.empty() && base::valid_utf8(heading.title));
    before = heading.text_begin;
  }
}

inline void check_document(const read::Document& document, std::string_view bytes) {
  VICINAL_CHECK(base::valid_utf8(document.text));
  VICINAL_CHECK(base::valid_utf8(document.title));
  VICINAL_CHECK(document.text.find('\r') == std::string::npos);
  VICINAL_CHECK(document.text.find('\0') == std::string::npos);
  VICINAL_CHECK(document.title.find('\n') == std::string::npos);
  check_headings(document.headings, document.text);
  size_t last = 0;
  for (size_t offset = 0; offset <= document.text.size(); ++offset) {
    const size_t in_file = document.file_offset(offset);
    VICINAL_CHECK_LE(last, in_file);
    last = in_file;
  }
  VICINAL_CHECK_LE(document.marks.empty() ? 0 : document.marks.back().file_begin, bytes.size());
}

}  // namespace vicinal::fuzz
