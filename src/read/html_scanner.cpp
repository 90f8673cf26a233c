#include "read/html_scanner.h"

#include <algorithm>

namespace vicinal::read {
namespace {

constexpr size_t kMaxTagName = 32;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool ends_name(char c) { return is_space(c) || c == '/' || c == '>'; }

bool at_or_before(size_t at, size_t last) { return last != std::string_view::npos && at <= last; }

bool equal_ignoring_case(std::string_view text, std::string_view lower_case) {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return lower(a) == b; });
}

}  // namespace

HtmlScanner::HtmlScanner(std::string_view html)
    : html_(html),
      last_tag_end_(html.rfind('>')),
      last_double_quote_(html.rfind('"')),
      last_single_quote_(html.rfind('\'')) {}

bool HtmlScanner::opens_tag(size_t at) const {
  if (byte(at) != '<' || !at_or_before(at, last_tag_end_)) return false;
  return is_letter(byte(byte(at + 1) == '/' ? at + 2 : at + 1));
}

bool HtmlScanner::opens_declaration(size_t at) const {
  if (byte(at) != '<' || !at_or_before(at, last_tag_end_)) return false;
  const char next = byte(at + 1);
  return next == '!' || next == '?' || (next == '/' && !is_letter(byte(at + 2)));
}

/// REQUIRES: a '>' follows.
void HtmlScanner::skip_declaration() {
  const bool comment = html_.substr(at_, 4) == "<!--";
  // "<!-->" is a whole comment: its end may overlap its beginning.
  const size_t end = comment ? html_.find("-->", at_ + 2) : html_.find('>', at_);
  at_ = end == std::string_view::npos ? html_.size() : end + (comment ? 3 : 1);
}

/// After "=": a value in quotes may hold '>'. A quote without its partner is an ordinary character.
void HtmlScanner::skip_value() {
  while (is_space(byte(at_))) ++at_;
  const char quote = byte(at_);
  const size_t last = quote == '"' ? last_double_quote_ : quote == '\'' ? last_single_quote_ : std::string_view::npos;
  if (at_or_before(at_ + 1, last)) {
    at_ = html_.find(quote, at_ + 1) + 1;
  } else {
    while (at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '>') ++at_;
  }
}

void HtmlScanner::skip_attributes() {
  while (at_ < html_.size() && html_[at_] != '>') {
    if (html_[at_++] == '=') skip_value();
  }
}

HtmlToken HtmlScanner::take_tag() {
  HtmlToken tag;
  tag.begin = at_;
  tag.kind = byte(at_ + 1) == '/' ? HtmlToken::Kind::end_tag : HtmlToken::Kind::start_tag;
  at_ += tag.kind == HtmlToken::Kind::end_tag ? 2 : 1;
  for (; at_ < html_.size() && !ends_name(html_[at_]); ++at_) {
    if (tag.name.size() < kMaxTagName) tag.name.push_back(lower(html_[at_]));
  }
  skip_attributes();
  tag.self_closing = html_[at_ - 1] == '/';
  at_ = std::min(at_ + 1, html_.size());
  tag.end = at_;
  return tag;
}

HtmlToken HtmlScanner::next() {
  while (opens_declaration(at_)) skip_declaration();
  if (at_ == html_.size()) return {HtmlToken::Kind::finished, at_, at_, {}, false};
  if (opens_tag(at_)) return take_tag();
  HtmlToken text{HtmlToken::Kind::text, at_, std::min(html_.find('<', at_ + 1), html_.size()), {}, false};
  at_ = text.end;
  return text;
}

std::string_view HtmlScanner::raw_text(std::string_view name) {
  const size_t begin = at_;
  for (size_t end = html_.find("</", at_); end != std::string_view::npos; end = html_.find("</", end + 2)) {
    if (!equal_ignoring_case(html_.substr(end + 2, name.size()), name)) continue;
    if (end + 2 + name.size() < html_.size() && !ends_name(html_[end + 2 + name.size()])) continue;
    at_ = end;
    return html_.substr(begin, end - begin);
  }
  at_ = html_.size();
  return html_.substr(begin);
}

}  // namespace vicinal::read
