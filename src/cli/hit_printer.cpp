#include "cli/hit_printer.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/terminal_text.h"

namespace vicinal::cli {
namespace {

constexpr size_t kExcerptLines = 3;
constexpr size_t kExcerptCharacters = 240;
constexpr std::string_view kIndent = "    ";

/// Words of a line with single spaces between them.
std::string closed_up(std::string_view line) {
  std::string out;
  for (const char c : line) {
    const bool space = c == ' ' || c == '\t' || c == '\r';
    if (!space) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

size_t character_count(std::string_view text) {
  size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

std::vector<std::string> lines_with_text(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty() && lines.size() <= kExcerptLines) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (std::string line = closed_up(text.substr(0, end)); !line.empty()) lines.push_back(printable(line));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return lines;
}

/// `path` from `base` on where it lies below.
std::string_view below(std::string_view base, std::string_view path) {
  while (base.ends_with('/')) base.remove_suffix(1);
  const bool inside = path.starts_with(base) && path.size() > base.size() + 1 && path[base.size()] == '/';
  return inside ? path.substr(base.size() + 1) : path;
}

// Characters for private use stand for the beginning and end of a mark until the excerpt is cut.
constexpr std::string_view kMarkBegin = "\uE000", kMarkEnd = "\uE001";
constexpr std::string_view kMarkOn = "\033[1;33m", kMarkOff = "\033[0m";

/// Where an excerpt has to begin so that the sentence with the query's words is in it.
size_t excerpt_begin(const Hit& hit) {
  if (!hit.sentence || hit.sentence->end > hit.text.size()) return 0;
  const std::string_view until = std::string_view(hit.text).substr(0, hit.sentence->end);
  const auto lines = static_cast<size_t>(std::ranges::count(until, '\n')) + 1;
  return lines <= kExcerptLines && character_count(until) <= kExcerptCharacters ? 0 : hit.sentence->begin;
}

std::string with_marks(const Hit& hit, size_t begin) {
  if (hit.text.find(kMarkBegin) != std::string::npos || hit.text.find(kMarkEnd) != std::string::npos)
    return hit.text.substr(begin);
  std::string out;
  size_t at = begin;
  for (const ByteSpan& span : hit.highlights) {
    if (span.begin < at || span.end > hit.text.size()) continue;
    out.append(hit.text, at, span.begin - at).append(kMarkBegin);
    out.append(hit.text, span.begin, span.end - span.begin).append(kMarkEnd);
    at = span.end;
  }
  return out.append(hit.text, at);
}

/// Marks become colours; one that the cut left open is closed.
std::string show_marks(std::string_view text) {
  std::string out;
  bool open = false;
  while (!text.empty()) {
    const bool begins = text.starts_with(kMarkBegin), ends = text.starts_with(kMarkEnd);
    if (begins || ends) {
      out += begins ? kMarkOn : kMarkOff;
      open = begins;
      text.remove_prefix(kMarkBegin.size());
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return open ? out.append(kMarkOff) : out;
}

std::string excerpt_of(const Hit& hit, bool marked) {
  const size_t begin = excerpt_begin(hit);
  const std::string shown = (begin > 0 ? "… " : "") + (marked ? with_marks(hit, begin) : hit.text.substr(begin));
  const std::string excerpt = passage_excerpt(shown);
  return marked ? show_marks(excerpt) : excerpt;
}

}  // namespace

std::string passage_excerpt(std::string_view text) {
  std::vector<std::string> lines = lines_with_text(text);
  std::string out;
  size_t left = kExcerptCharacters;
  for (size_t i = 0; i < lines.size(); ++i) {
    const bool no_room = i == kExcerptLines || left == 0;
    if (no_room) return out + " …";
    if (i > 0) out += '\n';
    const std::string kept = lines[i].substr(0, prefix_bytes(lines[i], left));
    out += kIndent;
    out += kept;
    if (kept.size() < lines[i].size()) return out + " …";
    left -= character_count(kept);
  }
  return out;
}

std::string hit_place(const Hit& hit, const Style& style) {
  const std::string_view path = style.base.empty() ? hit.path : below(style.base, hit.path);
  std::string out = printable(hit.path.empty() ? hit.document : path);
  out += fmt::format(":{}-{}  {:.3f}", hit.line_start, hit.line_end, hit.score);
  if (hit.path.empty() && !hit.title.empty()) out += "  " + printable(hit.title);
  return out;
}

std::string hit_text(const Hit& hit, const Style& style) {
  const std::string_view path = style.base.empty() ? hit.path : below(style.base, hit.path);
  const std::string name = printable(hit.path.empty() ? hit.document : path);
  std::string out = style.bold ? fmt::format("\033[1m{}\033[0m", name) : name;
  out += fmt::format(":{}-{}  {:.3f}", hit.line_start, hit.line_end, hit.score);
  if (hit.path.empty() && !hit.title.empty()) out += "  " + printable(hit.title);
  if (!hit.field.empty() && hit.field != "body") out += "  [" + hit.field + ']';
  const std::string excerpt = excerpt_of(hit, style.bold);
  return excerpt.empty() ? out : out + '\n' + excerpt;
}

}  // namespace vicinal::cli
