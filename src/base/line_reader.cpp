#include "base/line_reader.h"

#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "base/file.h"

namespace vicinal::base {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Standard input stays open when its reader is closed.
gzFile open_gzip(const std::string& path) {
  if (path != "-") return gzopen(path.c_str(), "rbe");
  const int descriptor = ::dup(STDIN_FILENO);
  gzFile file = descriptor < 0 ? nullptr : gzdopen(descriptor, "rbe");
  if (file == nullptr && descriptor >= 0) ::close(descriptor);
  return file;
}

}  // namespace

/// zlib's gz functions read plain files as they are.
struct LineReader::State {
  struct Close {
    void operator()(gzFile_s* file) const { gzclose_r(file); }
  };
  std::unique_ptr<gzFile_s, Close> file;
  std::string path;
  std::vector<char> buffer = std::vector<char>(size_t{1} << 18);
  size_t begin = 0, end = 0;
  size_t max_line_bytes = 0;
  size_t line_number = 0;
  std::string line;

  /// False at the end of the file.
  Result<bool> refill() {
    const int got = gzread(file.get(), buffer.data(), static_cast<unsigned>(buffer.size()));
    int status = Z_OK;
    const char* reason = gzerror(file.get(), &status);
    if (got < 0 || (status != Z_OK && status != Z_STREAM_END))
      return Error(status == Z_ERRNO ? Code::io : Code::corrupt, "the file cannot be read to its end")
          .with("path", path)
          .with("reason", status == Z_ERRNO ? std::strerror(errno) : reason);
    begin = 0;
    end = static_cast<size_t>(got);
    return got > 0;
  }

  /// Appends what the buffer holds of the current line; true when its end was found.
  bool take() {
    const char* start = buffer.data() + begin;
    const auto* found = static_cast<const char*>(std::memchr(start, '\n', end - begin));
    const size_t bytes = found != nullptr ? static_cast<size_t>(found - start) : end - begin;
    if (line.size() <= max_line_bytes) line.append(start, bytes);  // beyond: only told, not kept
    begin += bytes + (found != nullptr ? 1 : 0);
    return found != nullptr;
  }
};

LineReader::LineReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;
LineReader::~LineReader() = default;

Result<LineReader> LineReader::open(const std::string& path, size_t max_line_bytes) {
  auto state = std::make_unique<State>();
  errno = 0;
  state->file.reset(open_gzip(path));
  state->path = path == "-" ? "standard input" : path;
  if (state->file == nullptr) return system_error("the file cannot be opened", state->path, errno);
  state->max_line_bytes = max_line_bytes;
  return LineReader(std::move(state));
}

Result<std::optional<std::string_view>> LineReader::next() {
  State& s = *state_;
  s.line.clear();
  bool any = false, ended = false;
  while (!ended) {
    if (s.begin == s.end) {
      VICINAL_TRY(const bool more, s.refill());
      if (!more) break;
    }
    any = true;
    ended = s.take();
  }
  if (!any) return std::optional<std::string_view>();
  ++s.line_number;
  if (s.line.size() > s.max_line_bytes)
    return Error(Code::too_long, "the line is too long")
        .with("path", s.path)
        .with("line", s.line_number)
        .with("limit_bytes", s.max_line_bytes);
  if (s.line.ends_with('\r')) s.line.pop_back();
  std::string_view line = s.line;
  if (s.line_number == 1 && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  return std::optional(line);
}

size_t LineReader::line_number() const { return state_->line_number; }

const std::string& LineReader::path() const { return state_->path; }

Result<size_t> count_lines(const std::string& path) {
  VICINAL_TRY(LineReader reader, LineReader::open(path));
  size_t lines = 0;
  for (;;) {
    auto line = reader.next();
    if (!line && line.error().code() != Code::too_long) return std::move(line).error();
    if (line && !line->has_value()) return lines;
    lines += !line || line->value().find_first_not_of(" \t\r") != std::string_view::npos;
  }
}

}  // namespace vicinal::base
