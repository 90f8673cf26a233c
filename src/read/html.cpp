#include "read/html.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "read/character_reference.h"
#include "read/decode.h"
#include "read/html_layout.h"
#include "read/html_scanner.h"
#include "read/marked_text.h"
#include "read/title.h"

namespace vicinal::read {
namespace {

constexpr size_t kDeclarationWithin = 4096;
constexpr size_t kMaxReference = 48;
constexpr uint32_t kNoBreakSpace = 0xA0, kSoftHyphen = 0xAD;

/// 0: no white space; else its length in bytes.
size_t space_length(std::string_view text, size_t at) {
  const char c = text[at];
  if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
  return text.substr(at, 2) == "\xC2\xA0" ? 2 : 0;  // U+00A0
}

std::string with_references(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const CharacterReference found =
        text[at] == '&' ? read_reference(text.substr(at, kMaxReference)) : CharacterReference{};
    if (found.length == 0) {
      out.push_back(text[at++]);
    } else {
      append_code_point(out, found.code_point);
      at += found.length;
    }
  }
  return out;
}

/// Turns one decoded page into text. Breaks and spaces are only remembered, and written when text follows.
class PageText {
 public:
  PageText(const MarkedText& page, bool skipping)
      : page_(page), html_(page.text()), scanner_(html_), skipping_(skipping) {
    xml_ = html_.starts_with("<?xml");
  }

  /// False: the page ended within an element that was to be left out.
  bool run() {
    for (HtmlToken token = scanner_.next(); token.kind != HtmlToken::Kind::finished; token = scanner_.next()) {
      if (token.kind != HtmlToken::Kind::text) {
        take_tag(token);
      } else if (skipped_depth_ == 0) {
        take_text(token.begin, token.end);
      }
    }
    return skipped_depth_ == 0;
  }

  Document take_document() {
    Document document;
    document.format = Format::html;
    document.title = !title_.empty() ? title_ : !first_h1_.empty() ? first_h1_ : first_heading_;
    document.text = std::move(out_.text());
    document.marks = std::move(out_.marks());
    document.lines = std::move(lines_);
    document.headings = std::move(headings_);
    return document;
  }

 private:
  void take_tag(const HtmlToken& tag) {
    const Layout layout = layout_of(tag.name);
    const bool starts = tag.kind == HtmlToken::Kind::start_tag;
    const bool closed = tag.self_closing && (xml_ || tag.name == "svg");
    if (starts && !closed && (layout == Layout::raw || layout == Layout::title)) return take_raw(tag.name, layout);
    if (skipped_depth_ > 0 || (layout == Layout::skipped && skipping_)) {
      if (!closed) skip(tag.name, starts);
      return;
    }
    arrange(layout, starts);
    if (layout == Layout::heading) take_heading(tag.name, starts);
  }

  void take_raw(const std::string& name, Layout layout) {
    const std::string_view content = scanner_.raw_text(name);
    if (layout == Layout::title && title_.empty() && skipped_depth_ == 0)
      title_ = clean_title(with_references(content));
  }

  void skip(const std::string& name, bool starts) {
    if (skipped_depth_ == 0 && starts) skipped_ = name;
    if (name != skipped_) return;
    if (starts) ++skipped_depth_;
    if (!starts && skipped_depth_ > 0) --skipped_depth_;
  }

  void arrange(Layout layout, bool starts) {
    switch (layout) {
      case Layout::line:
        return break_lines(1);
      case Layout::line_break:
        return break_lines(breaks_ + 1);
      case Layout::paragraph:
      case Layout::heading:
        return break_lines(2);
      case Layout::list:
        return arrange_list(starts);
      case Layout::verbatim:
        return arrange_verbatim(starts);
      case Layout::cell:
        tab_ = tab_ || starts;
        return;
      default:
        return;
    }
  }

  void arrange_list(bool starts) {
    if (!starts && lists_ > 0) --lists_;
    break_lines(lists_ == 0 ? 2 : 1);
    if (starts) ++lists_;
  }

  void arrange_verbatim(bool starts) {
    break_lines(2);
    if (starts) ++verbatim_;
    if (!starts && verbatim_ > 0) --verbatim_;
    first_newline_ = starts;  // a newline right after <pre> is not part of it
  }

  void take_heading(const std::string& name, bool starts) {
    if (starts) {
      heading_begin_ = out_.text().size();
      in_heading_ = true;
      return;
    }
    const std::string_view text = std::string_view(out_.text()).substr(heading_begin_);
    const std::string title = clean_title(text);
    std::string& first = name == "h1" ? first_h1_ : first_heading_;
    if (first.empty()) first = title;
    if (in_heading_ && !title.empty() && headings_.size() < kMaxHeadings)
      headings_.push_back({heading_begin_ + text.find_first_not_of(" \t\n"), name[1] - '0', title});
    heading_begin_ = out_.text().size();
    in_heading_ = false;
  }

  void take_text(size_t at, size_t end) {
    if (std::exchange(first_newline_, false) && html_[at] == '\n') ++at;
    while (at < end) {
      if (html_[at] == '&') {
        at += take_reference(at, end);
      } else if (const size_t space = verbatim_ == 0 ? space_length(html_, at) : 0; space > 0) {
        space_ = true;
        at += space;
      } else {
        size_t stop = at + 1;
        while (stop < end && html_[stop] != '&' && !ends_run(stop)) ++stop;
        put(html_.substr(at, stop - at), at);
        at = stop;
      }
    }
  }

  /// White space ends a run of text; where it is kept, each line is a run of its own.
  bool ends_run(size_t at) const { return verbatim_ > 0 ? html_[at - 1] == '\n' : space_length(html_, at) > 0; }

  /// The bytes that were used.
  size_t take_reference(size_t at, size_t end) {
    const CharacterReference found = read_reference(html_.substr(at, std::min(end - at, kMaxReference)));
    const uint32_t code_point = found.code_point;
    if (found.length == 0) {
      put("&", at);
      return 1;
    }
    const bool space = code_point == ' ' || (code_point >= '\t' && code_point <= '\r') || code_point == kNoBreakSpace;
    if (space && (verbatim_ == 0 || code_point == '\r')) {
      space_ = true;
    } else if (code_point != kSoftHyphen) {
      std::string bytes;
      append_code_point(bytes, code_point);
      put(bytes, at);
    }
    return found.length;
  }

  void put(std::string_view text, size_t at) {
    write_gap();
    mark_line(at);
    out_.at(mapped_offset(page_.marks(), at));
    out_.append(text);
  }

  /// What is appended next begins in the line of this byte of the page. Marks are bounded as MarkedText's are.
  void mark_line(size_t at) {
    line_ += static_cast<size_t>(std::count(html_.data() + counted_, html_.data() + at, '\n'));
    counted_ = at;
    const size_t begin = out_.text().size();
    const bool near = !lines_.empty() && begin - lines_.back().text_begin < html_.size() / MarkedText::kMaxMarks;
    if (lines_.empty() || (lines_.back().line != line_ && !near)) lines_.push_back({begin, line_});
  }

  void write_gap() {
    const std::string& text = out_.text();
    if (text.empty()) {
      // Nothing separates the first text from what was before it.
    } else if (breaks_ > 0) {
      int present = 0;
      while (present < breaks_ && text.size() > static_cast<size_t>(present) && text.rbegin()[present] == '\n')
        ++present;
      for (; present < breaks_; ++present) out_.append('\n');
    } else if (tab_ || space_) {
      out_.append(tab_ ? '\t' : ' ');
    }
    breaks_ = 0;
    tab_ = space_ = false;
  }

  void break_lines(int count) {
    breaks_ = std::min(std::max(breaks_, count), 2);
    tab_ = space_ = false;
  }

  const MarkedText& page_;
  std::string_view html_;
  HtmlScanner scanner_;
  MarkedText out_{0};
  std::vector<LineMark> lines_;
  size_t line_ = 1, counted_ = 0;  ///< the page's line at this byte
  bool skipping_, xml_ = false;
  std::string skipped_;       ///< the element that is being left out
  size_t skipped_depth_ = 0;  ///< how often it is open
  size_t lists_ = 0, verbatim_ = 0;
  int breaks_ = 0;
  bool space_ = false, tab_ = false, first_newline_ = false;
  std::string title_, first_h1_, first_heading_;
  std::vector<Heading> headings_;
  size_t heading_begin_ = 0;
  bool in_heading_ = false;
};

bool is_label(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

/// The value after `key` and "=", for <meta charset=…>, <meta content="…; charset=…"> and <?xml encoding=…?>.
std::string_view value_after(std::string_view lower_case, std::string_view html, std::string_view key) {
  for (size_t at = lower_case.find(key); at != std::string_view::npos; at = lower_case.find(key, at + 1)) {
    size_t begin = at + key.size();
    const auto skip = [&](std::string_view which) {
      while (begin < html.size() && which.find(html[begin]) != std::string_view::npos) ++begin;
    };
    skip(" \t\r\n");
    if (begin >= html.size() || html[begin] != '=') continue;
    ++begin;
    skip(" \t\r\n\"'");
    const auto end = std::find_if_not(html.begin() + static_cast<std::ptrdiff_t>(begin), html.end(), is_label);
    return html.substr(begin, static_cast<size_t>(end - html.begin()) - begin);
  }
  return {};
}

std::string_view declared_charset(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, kDeclarationWithin);
  std::string lower_case(head);
  std::transform(lower_case.begin(), lower_case.end(), lower_case.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const std::string_view charset = value_after(lower_case, head, "charset");
  return charset.empty() && head.starts_with("<?xml") ? value_after(lower_case, head, "encoding") : charset;
}

}  // namespace

Result<Document> read_html(std::string_view bytes, size_t max_text_bytes) {
  VICINAL_TRY(const MarkedText page, decode(bytes, declared_charset(bytes), max_text_bytes));
  PageText text(page, true);
  if (text.run()) return text.take_document();
  // Left-out elements that are never closed would take the rest of the page with them.
  PageText everything(page, false);
  everything.run();
  return everything.take_document();
}

}  // namespace vicinal::read
