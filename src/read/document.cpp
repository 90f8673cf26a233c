#include "read/document.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/file.h"
#include "read/decode.h"
#include "read/gzip.h"
#include "read/html.h"
#include "read/markdown.h"
#include "read/marked_text.h"

namespace vicinal::read {
namespace {

constexpr std::string_view kGzip = ".gz";

/// The last part of the name from its last dot on, in lower case; "" where there is none.
std::string ending_of(std::string_view path) {
  const std::string_view name = path.substr(path.find_last_of('/') + 1);
  const size_t dot = name.find_last_of('.');
  std::string ending(dot == std::string_view::npos ? "" : name.substr(dot));
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return ending;
}

bool is_gzip(std::string_view path) { return ending_of(path) == kGzip; }

Error binary(uint64_t bytes) { return Error(Code::unsupported, "binary").with("bytes", bytes); }

Error file_too_long(uint64_t bytes, size_t limit) {
  return Error(Code::too_long, "the file is too large").with("bytes", bytes).with("limit", limit);
}

/// Plain text and Markdown: the text is the file's.
Result<Document> read_text(std::string_view bytes, Format format, size_t max_text_bytes) {
  VICINAL_TRY(MarkedText decoded, decode(bytes, "", max_text_bytes));
  Document document;
  document.format = format;
  document.text = std::move(decoded.text());
  document.marks = std::move(decoded.marks());
  if (format == Format::markdown) document.title = markdown_title(document.text);
  return document;
}

Result<Document> to_document(std::string_view bytes, Format format, size_t max_text_bytes) {
  if (looks_binary(bytes)) return binary(bytes.size());
  return format == Format::html ? read_html(bytes, max_text_bytes) : read_text(bytes, format, max_text_bytes);
}

/// Decided by a file's first bytes, so that looking at a folder of large binaries costs little. Of a .gz they are
/// unpacked; what is damaged is told when the whole is read.
Result<bool> begins_binary(const std::string& path) {
  std::string head(kProbeBytes, '\0');
  VICINAL_TRY(const base::File file, base::File::open(path, base::File::Mode::read));
  VICINAL_TRY_VOID(file.read_at(0, std::as_writable_bytes(std::span(head))));
  return looks_binary(is_gzip(path) ? unpack_gzip_head(head, kProbeBytes) : head);
}

Result<std::string> load(const std::string& path, const ReadLimits& limits) {
  VICINAL_TRY(const base::FileStamp stamp, base::stamp_file(path));
  if (stamp.size > limits.max_file_bytes) return file_too_long(stamp.size, limits.max_file_bytes);
  if (stamp.size > kProbeBytes) {  // pipes, which give their bytes only once, have no size
    VICINAL_TRY(const bool refused, begins_binary(path));
    if (refused) return binary(stamp.size);
  }
  auto bytes = base::read_file(path, limits.max_file_bytes);
  // It grew since, or it is a pipe that gave more.
  if (!bytes && bytes.error().code() == Code::invalid_argument) {
    return Error(Code::too_long, "the file is too large").with("limit", limits.max_file_bytes);
  }
  if (!bytes || !is_gzip(path)) return bytes;
  return unpack_gzip(*bytes, limits.max_text_bytes);
}

Error named(Error error, const std::string& path) {
  const auto& data = error.data();
  const bool has_path = std::any_of(data.begin(), data.end(), [](const auto& each) { return each.first == "path"; });
  return has_path ? error : std::move(error).with("path", path);
}

}  // namespace

Format format_of(std::string_view path) {
  if (is_gzip(path)) path.remove_suffix(kGzip.size());
  const std::string ending = ending_of(path);
  if (ending == ".md" || ending == ".markdown") return Format::markdown;
  if (ending == ".html" || ending == ".htm" || ending == ".xhtml") return Format::html;
  return Format::plain;
}

size_t Document::file_offset(size_t text_offset) const { return mapped_offset(marks, text_offset); }

size_t Document::file_line(size_t text_offset, size_t text_line) const {
  if (lines.empty()) return text_line;
  const auto next = std::ranges::upper_bound(lines, text_offset, {}, &LineMark::text_begin);
  return next == lines.begin() ? 1 : (next - 1)->line;
}

Result<Document> read_file(const std::string& path, const ReadLimits& limits) {
  auto bytes = load(path, limits);
  if (!bytes) return named(std::move(bytes).error(), path);
  auto document = to_document(*bytes, format_of(path), limits.max_text_bytes);
  if (!document) return named(std::move(document).error(), path);
  return document;
}

Result<Document> read_bytes(std::string_view bytes, Format format, const ReadLimits& limits) {
  if (bytes.size() > limits.max_file_bytes) return file_too_long(bytes.size(), limits.max_file_bytes);
  return to_document(bytes, format, limits.max_text_bytes);
}

}  // namespace vicinal::read
