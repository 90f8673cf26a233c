#pragma once
/// The bytes of a file as canonical text. All hostile parsers live in this layer.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "read/headings.h"

namespace vicinal::read {

/// Version of the readers: part of a collection's recipe, raised when the same file would read otherwise.
inline constexpr int kReaderVersion = 2;

enum class Format { plain, markdown, html };

/// By the name's ending (.md .markdown .html .htm .xhtml; all else that is text is plain), a final .gz ignored.
Format format_of(std::string_view path);

/// Where a stretch of canonical text came from: text bytes [text_begin, …next) ↔ file bytes from file_begin on.
/// Offsets between two marks interpolate, clamped to the next mark.
struct OffsetMark {
  size_t text_begin = 0;
  size_t file_begin = 0;
};

/// Text bytes [text_begin, …next) come from this line of the file, counted from 1.
struct LineMark {
  size_t text_begin = 0;
  size_t line = 1;
};

struct Document {
  std::string text;               ///< valid UTF-8, "\n" line ends, no NUL
  std::string title;              ///< <title>, else first heading; empty for plain text
  std::vector<OffsetMark> marks;  ///< ascending; empty: text and file are the same bytes
  std::vector<LineMark> lines;    ///< ascending; empty: lines of the text are lines of the file
  std::vector<Heading> headings;  ///< of a page, whose text does not show them; in the order of the text
  Format format = Format::plain;

  /// The file's byte for a byte of the text.
  size_t file_offset(size_t text_offset) const;
  /// The file's line for a byte of the text, which lies in `text_line` of the text.
  size_t file_line(size_t text_offset, size_t text_line) const;
};

/// What reading may cost. A larger file is refused before it is read, a binary one after its first bytes.
struct ReadLimits {
  size_t max_file_bytes = 64u << 20;
  size_t max_text_bytes = 256u << 20;  ///< also the bound on what a .gz unpacks to
};

/// not_found, io; unsupported for binary content ("binary"), too_long for size; corrupt for a broken .gz.
/// Invalid UTF-8 is repaired to U+FFFD (Windows-1252 is taken where the bytes fit it better); a BOM is dropped.
Result<Document> read_file(const std::string& path, const ReadLimits& limits = {});
Result<Document> read_bytes(std::string_view bytes, Format format, const ReadLimits& limits = {});

}  // namespace vicinal::read
