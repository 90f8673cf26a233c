#include "read/markdown.h"

#include <md4c.h>

#include "read/character_reference.h"
#include "read/marked_text.h"
#include "read/title.h"

namespace vicinal::read {
namespace {

constexpr size_t kTitleWithin = size_t{64} << 10;
constexpr int kStop = -1;  // md4c hands only negative numbers on

struct TitleSearch {
  bool in_heading = false;
  int images = 0;  ///< depth: an image's text stands in for a picture, badges mostly
  std::string text;
};

TitleSearch& search_of(void* user) { return *static_cast<TitleSearch*>(user); }

int enter_block(MD_BLOCKTYPE type, void*, void* user) {
  if (type == MD_BLOCK_H) search_of(user).in_heading = true;
  return 0;
}

int leave_block(MD_BLOCKTYPE type, void*, void* user) {
  if (type != MD_BLOCK_H) return 0;
  search_of(user).in_heading = false;
  return clean_title(search_of(user).text).empty() ? 0 : kStop;
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
  TitleSearch& search = search_of(user);
  if (!search.in_heading || search.images > 0 || type == MD_TEXT_HTML) return 0;
  const std::string_view piece(data, size);
  if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR) {
    search.text.push_back(' ');
  } else if (const CharacterReference found = type == MD_TEXT_ENTITY ? read_reference(piece) : CharacterReference{};
             found.length > 0) {
    append_code_point(search.text, found.code_point);
  } else {
    search.text += piece;
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

}  // namespace

std::string markdown_title(std::string_view text) {
  std::string_view head = without_front_matter(text);
  if (head.size() > kTitleWithin) head = head.substr(0, head.rfind('\n', kTitleWithin));
  if (head.size() > kTitleWithin) return "";  // one endless line
  MD_PARSER parser = {};
  parser.flags = MD_DIALECT_GITHUB;
  parser.enter_block = enter_block;
  parser.leave_block = leave_block;
  parser.enter_span = enter_span;
  parser.leave_span = leave_span;
  parser.text = take_text;
  TitleSearch search;
  md_parse(head.data(), static_cast<MD_SIZE>(head.size()), &parser, &search);
  return clean_title(search.text);
}

}  // namespace vicinal::read
