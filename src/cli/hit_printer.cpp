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

bool holds_marks(std::string_view text) {
  return text.find(kMarkBegin) != std::string_view::npos || text.find(kMarkEnd) != std::string_view::npos;
}

/// The passage from `begin` on, marked where the style is bold.
std::string marked_text(const Hit& hit, size_t begin, const Style& style) {
  if (!style.bold) return hit.text.substr(begin);
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

/// Lines after each other, each broken at the style's columns; `indent` begins what was broken off.
std::string broken(std::string_view line, std::string_view indent, const Style& style) {
  std::string out;
  const size_t room = style.columns == 0 ? 0 : std::max(style.columns, indent.size() + 8) - indent.size();
  for (const std::string& part : wrapped(line, room)) {
    if (!out.empty()) out.append(1, '\n').append(indent);
    out += part;
  }
  return out;
}

std::string excerpt_of(const Hit& hit, const Style& style) {
  const size_t begin = excerpt_begin(hit);
  const std::string whole = passage_excerpt((begin > 0 ? "… " : "") + marked_text(hit, begin, style));
  std::string out;
  for (std::string_view excerpt = whole; !excerpt.empty();) {
    const std::string_view line = excerpt.substr(0, excerpt.find('\n'));
    out += (out.empty() ? "" : "\n") + std::string(kIndent) + broken(line.substr(kIndent.size()), kIndent, style);
    excerpt.remove_prefix(std::min(excerpt.size(), line.size() + 1));
  }
  return style.bold ? show_marks(out) : out;
}

/// "  42: " before a line of the passage, "  41- " before one around it; without numbers a bar, or nothing.
std::string gutter_of(size_t number, size_t digits, bool of_passage) {
  if (number == 0) return of_passage ? "  | " : "    ";
  return fmt::format("  {:>{}}{} ", number, digits, of_passage ? ':' : '-');
}

/// Whole lines of the document, from before the passage to behind it.
std::string numbered_lines(const Hit& hit, const Style& style) {
  const std::string passage = marked_text(hit, 0, style);
  const std::string all = hit.before + passage + hit.after;
  const size_t passage_end = hit.before.size() + passage.size();
  const auto count = static_cast<size_t>(std::ranges::count(all, '\n'));
  const size_t digits = std::to_string(hit.context_line + count).size();
  std::string out;
  for (size_t at = 0, line = 0; line <= count; ++line) {
    const size_t end = std::min(all.find('\n', at), all.size());
    const bool of_passage = end >= hit.before.size() && at < passage_end && (end > hit.before.size() || at == end);
    const std::string gutter = gutter_of(hit.context_line == 0 ? 0 : hit.context_line + line, digits, of_passage);
    out += (line > 0 ? "\n" : "") + gutter;
    out += broken(printable(std::string_view(all).substr(at, end - at)), std::string(gutter.size(), ' '), style);
    at = end + 1;
  }
  return style.bold ? show_marks(out) : out;
}

/// "Refunds › Timelines", without its outer parts where it is wider than `columns` (0: any width).
std::string trail_text(const std::vector<std::string>& headings, size_t columns) {
  std::string trail;
  for (size_t i = headings.size(); i-- > 0;) {
    const std::string longer = printable(headings[i]) + (trail.empty() ? "" : " › " + trail);
    const size_t room = i > 0 ? columns_of("… › ") : 0;
    if (columns > 0 && columns_of(longer) + room > columns) return trail.empty() ? "" : "… › " + trail;
    trail = longer;
  }
  return trail;
}

std::string head_of(const Hit& hit, const Style& style) {
  const std::string_view path = style.base.empty() ? hit.path : below(style.base, hit.path);
  const std::string name = printable(hit.path.empty() ? hit.document : path);
  const std::string place = fmt::format(":{}-{}  {:.3f}", hit.line_start, hit.line_end, hit.score);
  std::string out = style.bold ? fmt::format("\033[1m{}\033[0m{}", name, place) : name + place;
  const size_t used = columns_of(name) + place.size() + 2;
  if (!hit.field.empty() && hit.field != "body") out += "  [" + hit.field + ']';
  if (style.columns > 0 && style.columns <= used) return out;
  const std::vector<std::string> title = {hit.title};
  const bool titled = hit.headings.empty() && hit.path.empty() && !hit.title.empty();
  const std::string trail = trail_text(titled ? title : hit.headings, style.columns == 0 ? 0 : style.columns - used);
  return trail.empty() ? out : out + "  " + trail;
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
    if (kept.size() < lines[i].size()) return out + (kept.ends_with(' ') ? "…" : " …");
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
  const bool in_context = !hit.before.empty() || !hit.after.empty() || hit.context_line > 0;
  Style plain = style;
  plain.bold = style.bold && !holds_marks(hit.before) && !holds_marks(hit.text) && !holds_marks(hit.after);
  const std::string body = in_context ? numbered_lines(hit, plain) : excerpt_of(hit, plain);
  std::string out = head_of(hit, style);
  if (!body.empty()) out += '\n' + body;
  if (!hit.folded.empty()) out += fmt::format("\n{}and {} like it", kIndent, hit.folded.size());
  return out;
}

size_t line_of_sentence(const Hit& hit) {
  const auto line_ends = [](std::string_view text) { return static_cast<size_t>(std::ranges::count(text, '\n')); };
  const bool file_lines = hit.line_start + line_ends(hit.text) == hit.line_end;
  if (!file_lines || !hit.sentence || hit.sentence->begin > hit.text.size()) return hit.line_start;
  return hit.line_start + line_ends(std::string_view(hit.text).substr(0, hit.sentence->begin));
}

std::string arms_text(const Hit& hit) {
  std::string out;
  for (const HitArm& arm : hit.arms) {
    out += (out.empty() ? std::string(kIndent) : " · ") + (arm.name == "dense" ? "meaning: " : "words: ");
    out += arm.rank == 0 ? fmt::format("not among the best, {:.3f}", arm.score)
                         : fmt::format("rank {}, {:.3f}", arm.rank, arm.score);
    if (arm.name == "dense" && hit.percentile) out += fmt::format(", above {:.1f} % of random pairs", *hit.percentile);
  }
  return out;
}

}  // namespace vicinal::cli
