#include "engine/hits.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/check.h"
#include "read/document.h"
#include "read/markdown.h"
#include "text/line_context.h"

namespace vicinal::engine {
namespace {

constexpr size_t kMaxHeadedText = size_t{4} << 20;  ///< looking for headings in more would be felt

std::vector<read::Heading> headings_of(const Document& document) {
  const read::Format format = read::format_of(document.path);
  if (document.path.empty() || format == read::Format::plain || document.text.size() > kMaxHeadedText) return {};
  if (format == read::Format::markdown) return read::markdown_headings(document.text);
  std::error_code gone;  // what took its place may be a pipe that nobody writes to
  if (!std::filesystem::is_regular_file(document.path, gone)) return {};
  auto page = read::read_file(document.path, {.max_text_bytes = kMaxHeadedText});
  if (!page || page->text != document.text) return {};
  return std::move(page->headings);
}

size_t text_line(std::string_view text, size_t offset) {
  return 1 + static_cast<size_t>(std::ranges::count(text.substr(0, offset), '\n'));
}

/// Lines of the canonical text are lines of the file.
bool has_file_lines(std::string_view text, const Chunk& chunk) {
  return text_line(text, chunk.byte_start) == chunk.line_start &&
         text_line(text, chunk.byte_end > chunk.byte_start ? chunk.byte_end - 1 : chunk.byte_end) == chunk.line_end;
}

void add_context(Hit& hit, const Document& document, const Chunk& chunk, size_t lines) {
  const std::string_view text = document.field_text(chunk.field);
  const text::LineSpan span = text::with_lines_around(text, {chunk.byte_start, chunk.byte_end}, lines);
  hit.before = text.substr(span.begin, chunk.byte_start - span.begin);
  hit.after = text.substr(chunk.byte_end, span.end - chunk.byte_end);
  if (has_file_lines(text, chunk)) hit.context_line = text_line(text, span.begin);
}

std::optional<double> percentile_of(const std::vector<HitArm>& arms, const std::optional<retrieve::NoiseFloor>& floor) {
  const auto dense = std::ranges::find(arms, "dense", &HitArm::name);
  if (!floor || dense == arms.end()) return std::nullopt;
  return retrieve::percentile(*floor, dense->score);
}

}  // namespace

std::vector<std::string> HeadingTrails::trail(const Document& document, size_t offset) {
  const auto [known, is_new] = headings_.try_emplace(document.id);
  if (is_new) known->second = headings_of(document);
  return read::heading_trail(known->second, offset);
}

Result<Hit> HitMaker::make(RankedPassage passage, const Mark& mark) {
  VICINAL_TRY(const DocumentCache::Place place, documents_.passage(passage.document, passage.ordinal));
  const auto& [document, chunk] = place;
  Hit hit{.id = passage.document + "#" + std::to_string(passage.ordinal),
          .document = passage.document,
          .path = document->path,
          .title = document->title,
          .field = fields_[chunk->field],
          .byte_start = chunk->byte_start,
          .byte_end = chunk->byte_end,
          .line_start = chunk->line_start,
          .line_end = chunk->line_end,
          .score = passage.score,
          .arms = std::move(passage.arms),
          .text = std::string(place.text()),
          .metadata = document->metadata,
          .folded = std::move(passage.folded)};
  hit.percentile = percentile_of(hit.arms, details_.floor);
  if (mark) mark(hit, *document);
  if (details_.headings && chunk->field == 0)
    hit.headings = trails_.trail(*document, chunk->byte_start + (hit.sentence ? hit.sentence->begin : 0));
  if (details_.context_lines > 0) add_context(hit, *document, *chunk, details_.context_lines);
  return hit;
}

}  // namespace vicinal::engine
