#include "text/chunker.h"

#include <algorithm>
#include <limits>

#include "text/boundaries.h"
#include "text/token_positions.h"
#include "text/utf8.h"

namespace vicinal::text {
namespace {

// Reasonable text has three to six bytes a token; a word too long for the model is one token however long it is.
constexpr size_t kMaxBytesPerToken = 64;

size_t bytes_of(size_t tokens) {
  return tokens > std::numeric_limits<size_t>::max() / kMaxBytesPerToken ? std::numeric_limits<size_t>::max()
                                                                         : tokens * kMaxBytesPerToken;
}

/// Where a chunk may end: after `floor`, not after `last`; it starts at `start`.
struct CutRange {
  size_t start = 0;
  size_t floor = 0;
  size_t last = 0;
  /// The position that leaves a chunk of 1/parts of the range.
  size_t part(size_t parts) const { return std::max(floor + 1, start + (last - start) / parts); }
};

class RecursiveChunker {
 public:
  RecursiveChunker(std::string_view text, const Tokenizer& tokenizer, size_t size, size_t overlap)
      : text_(text), tokenizer_(tokenizer), size_(size), overlap_(overlap), tokens_(text, tokenizer), marks_(text) {}

  std::vector<Chunk> run();

 private:
  struct Slice {
    size_t end = 0;  ///< 0: nothing fits
    size_t tokens = 0;
  };
  Slice fit(size_t start, size_t covered);
  Slice take_code_point(size_t start) const;
  size_t choose_end(CutRange range);
  size_t choose_mark(CutRange range);
  size_t last_space(CutRange range) const;
  size_t last_grapheme(CutRange range) const;
  size_t overlap_start(const Chunk& chunk);
  void add(size_t start, Slice slice);
  void forget_before(size_t position);

  std::string_view text_;
  const Tokenizer& tokenizer_;
  size_t size_, overlap_;
  TokenPositions tokens_;
  BoundaryScanner marks_;
  std::vector<Chunk> chunks_;
  size_t line_ = 1, line_known_to_ = 0;
};

std::vector<Chunk> RecursiveChunker::run() {
  size_t covered = skip_white_space(text_, 0);  // everything before is in a chunk or blank
  size_t start = covered;
  while (covered < text_.size()) {
    Slice slice = fit(start, covered);
    if (slice.end == 0 && start < covered) slice = fit(start = covered, covered);
    if (slice.end == 0) slice = take_code_point(start);
    add(start, slice);
    covered = skip_white_space(text_, slice.end);
    if (covered < text_.size()) start = overlap_start(chunks_.back());
    forget_before(start);
  }
  return std::move(chunks_);
}

/// The best slice from `start` that has at most size_ tokens and takes in what is at `covered`.
RecursiveChunker::Slice RecursiveChunker::fit(size_t start, size_t covered) {
  const size_t room = bytes_of(size_);
  const size_t farthest = room >= text_.size() - start ? text_.size() : boundary_at_or_before(text_, start + room);
  size_t last = tokens_.after(start, size_, farthest);
  while (last > covered) {
    const CutRange range{.start = start, .floor = covered, .last = last};
    const size_t end = trim_white_space(text_, start, last == text_.size() ? last : choose_end(range));
    const Encoding alone = tokenizer_.encode(text_.substr(start, end - start), {size_, false});
    if (!alone.cut) return {end, alone.ids.size()};
    last = std::min(start + alone.bytes_used, previous_boundary(text_, end));
  }
  return {};
}

/// One code point that is more tokens than a chunk may have (a Hangul syllable taken apart, a ligature): it cannot be
/// made smaller.
RecursiveChunker::Slice RecursiveChunker::take_code_point(size_t start) const {
  const size_t end = start + decode_at(text_, start).bytes;
  return {end, tokenizer_.count(text_.substr(start, end - start))};
}

size_t RecursiveChunker::choose_end(CutRange range) {
  if (const size_t mark = choose_mark(range); mark != 0) return mark;
  if (const size_t space = last_space(range); space != 0) return space;
  if (const size_t grapheme = last_grapheme(range); grapheme != 0) return grapheme;
  return range.last;
}

/// Headings may leave a quarter of a chunk, other marks a half; rather than within a sentence, an eighth.
size_t RecursiveChunker::choose_mark(CutRange range) {
  const auto marks = marks_.between(range.floor + 1, range.last);
  for (const Boundary kind : {Boundary::heading, Boundary::paragraph, Boundary::line, Boundary::sentence}) {
    const size_t lowest = range.part(kind == Boundary::heading ? 4 : 2);
    const auto found =
        std::find_if(marks.rbegin(), marks.rend(), [&](const BoundaryMark& m) { return m.kind == kind; });
    if (found != marks.rend() && found->position >= lowest) return found->position;
  }
  return !marks.empty() && marks.back().position >= range.part(8) ? marks.back().position : 0;
}

size_t RecursiveChunker::last_space(CutRange range) const {
  for (size_t at = range.last; at > range.floor; at = previous_boundary(text_, at)) {
    const bool before_space = at == range.last && skip_white_space(text_, at) != at;
    if (before_space || white_space_before(text_, at)) return at;
  }
  return 0;
}

size_t RecursiveChunker::last_grapheme(CutRange range) const {
  for (size_t at = range.last; at > range.floor; at = previous_boundary(text_, at)) {
    if (is_grapheme_boundary(text_, at)) return at;
  }
  return 0;
}

/// At the best boundary among the last overlap_ tokens of the chunk, the earliest of that kind; after it if there is
/// none, or if a new section begins there.
size_t RecursiveChunker::overlap_start(const Chunk& chunk) {
  const size_t next = skip_white_space(text_, chunk.byte_end);
  const auto at_next = marks_.between(next, next);
  if (overlap_ == 0 || (!at_next.empty() && at_next.front().kind == Boundary::heading)) return next;
  const size_t room = std::min(bytes_of(overlap_), chunk.byte_end - chunk.byte_start - 1);
  size_t lowest = boundary_at_or_before(text_, chunk.byte_end - room);
  if (lowest <= chunk.byte_start) lowest = chunk.byte_start + decode_at(text_, chunk.byte_start).bytes;
  lowest = tokens_.before(chunk.byte_end, overlap_, lowest);
  if (lowest >= chunk.byte_end) return next;

  const auto marks = marks_.between(lowest, chunk.byte_end - 1);
  const auto best = std::ranges::max_element(marks, {}, &BoundaryMark::kind);  // the first of equals
  if (best != marks.end()) return std::min(next, skip_white_space(text_, best->position));
  size_t grapheme = 0;
  for (size_t at = lowest; at < chunk.byte_end; at += decode_at(text_, at).bytes) {
    if (white_space_before(text_, at)) return std::min(next, skip_white_space(text_, at));
    if (grapheme == 0 && is_grapheme_boundary(text_, at)) grapheme = at;
  }
  return grapheme == 0 ? next : grapheme;
}

void RecursiveChunker::add(size_t start, Slice slice) {
  line_ += static_cast<size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(line_known_to_),
                                          text_.begin() + static_cast<std::ptrdiff_t>(start), '\n'));
  line_known_to_ = start;
  const std::string_view content = text_.substr(start, slice.end - start);
  const size_t lines = static_cast<size_t>(std::ranges::count(content, '\n'));
  chunks_.push_back({.byte_start = start,
                     .byte_end = slice.end,
                     .line_start = line_,
                     .line_end = line_ + lines,
                     .tokens = slice.tokens});
}

void RecursiveChunker::forget_before(size_t position) {
  tokens_.forget_before(position);
  marks_.forget_before(position);
}

}  // namespace

std::vector<Chunk> chunk_recursive(std::string_view text, const Tokenizer& tokenizer, size_t size, size_t overlap) {
  VICINAL_CHECK_LT(overlap, size);
  return RecursiveChunker(text, tokenizer, size, overlap).run();
}

std::vector<Chunk> chunk_none(std::string_view text, const Tokenizer& tokenizer) {
  const size_t start = skip_white_space(text, 0);
  if (start == text.size()) return {};
  const size_t end = trim_white_space(text, start, text.size());
  const auto lines = [&](size_t begin, size_t stop) {
    return static_cast<size_t>(std::ranges::count(text.substr(begin, stop - begin), '\n'));
  };
  const size_t line = 1 + lines(0, start);
  return {{.byte_start = start,
           .byte_end = end,
           .line_start = line,
           .line_end = line + lines(start, end),
           .tokens = tokenizer.count(text.substr(start, end - start))}};
}

}  // namespace vicinal::text
