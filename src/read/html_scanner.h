#pragma once
/// Cuts HTML into tags and text. Every byte is looked at a bounded number of times whatever the input, nothing recurses
/// and nothing is kept per nesting level: a page cannot make reading slow or deep. (libxml2 2.9 compares every
/// attribute of a tag with all before it, and every end tag with all open elements: 270 KB of attributes take it
/// seconds.)

#include <cstddef>
#include <string>
#include <string_view>

namespace vicinal::read {

struct HtmlToken {
  enum class Kind { text, start_tag, end_tag, finished };
  Kind kind = Kind::finished;
  size_t begin = 0, end = 0;  ///< bytes of the source
  std::string name;           ///< of a tag: lower case, at most 32 bytes of it
  bool self_closing = false;  ///< written <name/>
};

/// Follows the WHATWG tokenizer where text depends on it; comments, declarations and processing instructions are passed
/// over. Keeps a view: `html` must outlive the scanner. Not thread-safe.
class HtmlScanner {
 public:
  explicit HtmlScanner(std::string_view html);

  HtmlToken next();

  /// After the start tag of an element such as <script>: everything up to its end tag, or to the end of the page.
  std::string_view raw_text(std::string_view name);

 private:
  bool opens_tag(size_t at) const;
  bool opens_declaration(size_t at) const;
  void skip_declaration();
  void skip_attributes();
  void skip_value();
  HtmlToken take_tag();
  char byte(size_t at) const { return at < html_.size() ? html_[at] : '\0'; }

  std::string_view html_;
  size_t at_ = 0;
  size_t last_tag_end_, last_double_quote_, last_single_quote_;  ///< npos: none. What cannot close is not opened
};

}  // namespace vicinal::read
