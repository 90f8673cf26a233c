#include "cli/interactive/search_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "cli/hit_printer.h"
#include "cli/interactive/cells.h"
#include "cli/number_format.h"
#include "cli/terminal_text.h"

namespace vicinal::cli {
namespace {

constexpr std::string_view kPrompt = "> ", kSelected = "▌ ", kPlain = "  ";
constexpr size_t kHeaderRows = 2;
constexpr size_t kPassageLines = 1, kSelectedLines = 4;
constexpr std::string_view kMarkOn = "\033[1;33m", kBoldOn = "\033[1m", kDimOn = "\033[2m", kOff = "\033[0m";
constexpr size_t kFewestPrefixLetters = 2;  // one letter begins too many words

std::string styled(std::string_view on, std::string_view text, const Style& style) {
  if (!style.bold || text.empty()) return std::string(text);
  return std::string(on).append(text).append(kOff);
}

/// Lines of cells, filled cluster by cluster; a word goes to the next line whole where it fits there.
class LineFiller {
 public:
  LineFiller(size_t lines, size_t columns) : most_(lines), columns_(columns) {}

  bool full() const { return lines_.size() == most_; }
  void add(std::string_view cluster, size_t cells, bool marked) {
    if (width_ + cells > columns_) end_line();
    if (full() || cells > columns_) return;
    if (marked != marked_) line_ += marked ? kMarkOn : kOff;
    marked_ = marked;
    line_ += cluster;
    width_ += cells;
  }
  size_t room() const { return columns_ - std::min(columns_, width_); }
  void end_line() {
    if (full()) return;
    if (marked_) line_ += kOff;
    lines_.push_back(std::move(line_));
    line_.clear();
    width_ = 0;
    marked_ = false;
  }
  std::vector<std::string> take() {
    if (width_ > 0) end_line();
    return std::move(lines_);
  }

 private:
  size_t most_, columns_, width_ = 0;
  std::vector<std::string> lines_;
  std::string line_;
  bool marked_ = false;
};

size_t cells_of_word(std::string_view text) {
  const size_t end = std::min(text.find_first_of(" \t\r\n"), text.size());
  return cells_of(printable(text.substr(0, end)));
}

bool is_marked(const Hit& hit, size_t byte) {
  return std::ranges::any_of(hit.highlights,
                             [byte](const ByteSpan& span) { return span.begin <= byte && byte < span.end; });
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

std::string unfinished_query(std::string_view typed) {
  const size_t begin = typed.find_last_of(" \"") + 1;  // npos + 1 is 0
  const bool quoted = std::ranges::count(typed, '"') % 2 == 1;
  const std::string_view word = typed.substr(begin);
  size_t letters = 0;
  for (const char c : word) letters += std::isalnum(static_cast<unsigned char>(c)) != 0 || c < 0;
  const bool ends = word.empty() || (std::isalnum(static_cast<unsigned char>(word.back())) == 0 && word.back() >= 0);
  if (quoted || ends || letters < kFewestPrefixLetters) return std::string(typed);
  return std::string(typed) + '*';
}

std::vector<std::string> passage_lines(const Hit& hit, size_t lines, size_t columns, const Style& style) {
  LineFiller filler(lines, columns);
  const std::string_view text = hit.text;
  size_t at = hit.sentence && hit.sentence->end <= text.size() ? hit.sentence->begin : 0;
  bool space = false;
  while (at < text.size() && !filler.full()) {
    if (is_space(text[at])) {
      space = true;
      ++at;
      continue;
    }
    if (space && filler.room() < columns) {
      const size_t word = cells_of_word(text.substr(at));
      word + 1 > filler.room() && word <= columns ? filler.end_line() : filler.add(" ", 1, false);
    }
    space = false;
    const size_t bytes = first_cluster(text.substr(at)).bytes;
    const std::string shown = printable(text.substr(at, bytes));
    filler.add(shown, cells_of(shown), style.bold && is_marked(hit, at));
    at += bytes;
  }
  return filler.take();
}

bool SearchView::apply(const Key& key) {
  switch (key.kind) {
    case KeyKind::up:
      move(-1);
      return false;
    case KeyKind::down:
      move(1);
      return false;
    case KeyKind::page_up:
      move(-static_cast<ptrdiff_t>(page_));
      return false;
    case KeyKind::page_down:
      move(static_cast<ptrdiff_t>(page_));
      return false;
    default:
      break;
  }
  const std::string before = line_.text();
  return line_.apply(key) && line_.text() != before;
}

void SearchView::move(ptrdiff_t by) {
  if (hits_.empty()) return;
  const auto last = static_cast<ptrdiff_t>(hits_.size()) - 1;
  selected_ = static_cast<size_t>(std::clamp<ptrdiff_t>(static_cast<ptrdiff_t>(selected_) + by, 0, last));
  chosen_ = true;
}

void SearchView::show(const SearchResult& result, std::string_view how) {
  const std::string kept = chosen_ && !hits_.empty() ? hits_[selected_].id : "";
  hits_ = result.hits;
  const auto found = std::ranges::find(hits_, kept, &Hit::id);
  chosen_ = !kept.empty() && found != hits_.end();
  selected_ = chosen_ ? static_cast<size_t>(found - hits_.begin()) : 0;
  if (!chosen_) first_ = 0;
  status_ =
      fmt::format("{} of {} · {} · {}", grouped(hits_.size()), counted(result.chunks_searched, "passage", "passages"),
                  how, duration((result.search_ms + result.embed_ms) / 1e3));
  if (!result.suggestion.empty()) status_ += " · did you mean: " + result.suggestion;
}

void SearchView::clear() {
  hits_.clear();
  selected_ = first_ = 0;
  chosen_ = false;
  status_.clear();
}

void SearchView::say(std::string_view text) { status_ = text; }

size_t SearchView::height(size_t hit) const { return 1 + (hit == selected_ ? kSelectedLines : kPassageLines); }

/// So that all of the selected hit is seen, or as much as fits.
void SearchView::scroll(size_t rows) {
  first_ = std::min(first_, selected_);
  for (; first_ < selected_; ++first_) {
    size_t used = 0;
    for (size_t i = first_; i <= selected_; ++i) used += height(i);
    if (used <= rows) return;
  }
}

std::string SearchView::status(size_t columns) const {
  return styled(kDimOn, fitting(printable(status_), columns), style_);
}

void SearchView::draw_hit(size_t hit, size_t columns, std::vector<std::string>& lines) const {
  const bool selected = hit == selected_;
  const std::string mark(fitting(selected ? kSelected : kPlain, columns));
  const size_t room = columns - std::min(columns, size_t{2});
  const std::string place = hit_place(hits_[hit], style_);
  lines.push_back(mark + styled(kBoldOn, fitting(place, room), style_));
  std::vector<std::string> passage = passage_lines(hits_[hit], height(hit) - 1, std::max<size_t>(room, 1), style_);
  passage.resize(height(hit) - 1);
  for (const std::string& line : passage) lines.push_back(room == 0 ? "" : mark + line);
}

Frame SearchView::draw(size_t rows, size_t columns) {
  Frame frame;
  const size_t prompt = std::min(kPrompt.size(), columns - 1);
  const LineEditor::View view = line_.view(columns - prompt);
  frame.lines = {std::string(kPrompt.substr(0, prompt)) + view.text, status(columns)};
  frame.cursor_column = std::min(prompt + view.cursor_cells, columns - 1);
  const size_t room = rows - std::min(rows, kHeaderRows);
  scroll(room);
  page_ = 0;
  for (size_t hit = first_; hit < hits_.size() && frame.lines.size() < rows; ++hit, ++page_)
    draw_hit(hit, columns, frame.lines);
  page_ = std::max<size_t>(page_, 2) - 1;
  frame.lines.resize(rows);
  return frame;
}

}  // namespace vicinal::cli
