#include "read/markdown.h"

#include <md4c.h>

#include <functional>
#include <utility>

#include "read/character_reference.h"
#include "read/marked_text.h"
#include "read/title.h"

namespace vicinal::read {
namespace {

constexpr size_t kTitleWithin = size_t{64} << 10;
constexpr int kStop = -1;  // md4c hands only negative numbers on

struct HeadingSearch {
  std::string_view text;
  size_t most = 0;  ///< headings to find
  bool in_heading = false;
  int images = 0;  ///< depth: an image's text stands in for a picture, badges mostly
  Heading heading;
  std::vector<Heading> found;

  /// md4c hands out pieces of the text itself, but for what it replaces.
  void place(const char* piece) {
    const std::less<const char*> before;
    if (!heading.title.empty() || before(piece, text.data()) || !before(piece, text.data() + text.size())) return;
    const auto offset = static_cast<size_t>(piece - text.data());
    heading.text_begin = text.rfind('\n', offset) + 1;  // npos + 1 is 0
  }
};

HeadingSearch& search_of(void* user) { return *static_cast<HeadingSearch*>(user); }

int enter_block(MD_BLOCKTYPE type, void* detail, void* user) {
  if (type != MD_BLOCK_H) return 0;
  HeadingSearch& search = search_of(user);
  search.in_heading = true;
  const size_t before = search.found.empty() ? 0 : search.found.back().text_begin;
  search.heading = {before, static_cast<int>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level), ""};
  return 0;
}

int leave_block(MD_BLOCKTYPE type, void*, void* user) {
  if (type != MD_BLOCK_H) return 0;
  HeadingSearch& search = search_of(user);
  search.in_heading = false;
  search.heading.title = clean_title(search.heading.title);
  if (!search.heading.title.empty()) search.found.push_back(std::move(search.heading));
  return search.found.size() < search.most ? 0 : kStop;
}

int enter_span(MD_SPANTYPE type, void*, void* user) {
  search_of(user).images += type == MD_SPAN_IMG;
  return 0;
}

int leave_span(MD_SPANTYPE type, void*, void* user) {
  search_of(user).images -= type == MD_SPAN_IMG;
  return 0;
}

int take_text(MD_TEXTTYPE type, const MD_CHAR* data, MD_SIZE size, void* user) {
  HeadingSearch& search = search_of(user);
  if (!search.in_heading || search.images > 0 || type == MD_TEXT_HTML) return 0;
  const std::string_view piece(data, size);
  std::string& title = search.heading.title;
  search.place(data);
  if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR) {
    title.push_back(' ');
  } else if (const CharacterReference found = type == MD_TEXT_ENTITY ? read_reference(piece) : CharacterReference{};
             found.length > 0) {
    append_code_point(title, found.code_point);
  } else {
    title += piece;
  }
  return 0;
}

/// What follows "---\n … \n---\n" (or "+++") at the start; all of it where the fence is not closed.
std::string_view without_front_matter(std::string_view text) {
  for (const std::string_view fence : {std::string_view("---"), std::string_view("+++")}) {
    if (!text.starts_with(fence) || !text.substr(fence.size()).starts_with('\n')) continue;
    std::string closing = "\n";
    closing.append(fence).append("\n");
    const size_t end = text.find(closing, fence.size());
    if (end != std::string_view::npos) return text.substr(end + closing.size());
  }
  return text;
}

std::vector<Heading> find_headings(std::string_view text, size_t most) {
  HeadingSearch search{.text = text, .most = most, .heading = {}, .found = {}};
  MD_PARSER parser = {};
  parser.flags = MD_DIALECT_GITHUB;
  parser.enter_block = enter_block;
  parser.leave_block = leave_block;
  parser.enter_span = enter_span;
  parser.leave_span = leave_span;
  parser.text = take_text;
  md_parse(text.data(), static_cast<MD_SIZE>(text.size()), &parser, &search);
  return std::move(search.found);
}

}  // namespace

std::string markdown_title(std::string_view text) {
  std::string_view head = without_front_matter(text);
  if (head.size() > kTitleWithin) head = head.substr(0, head.rfind('\n', kTitleWithin));
  if (head.size() > kTitleWithin) return "";  // one endless line
  const std::vector<Heading> first = find_headings(head, 1);
  return first.empty() ? "" : first.front().title;
}

std::vector<Heading> markdown_headings(std::string_view text) {
  const std::string_view body = without_front_matter(text);
  std::vector<Heading> headings = find_headings(body, kMaxHeadings);
  for (Heading& heading : headings) heading.text_begin += text.size() - body.size();
  return headings;
}

}  // namespace vicinal::read
