#include "base/line_reader.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/byte_source.h"

namespace vicinal::base {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr size_t kLineBufferBytes = size_t{128} << 10;
constexpr size_t kKeptLineBytes = size_t{1} << 20;  ///< room that a long line leaves behind

}  // namespace

struct LineReader::State {
  explicit State(ByteSource opened) : source(std::move(opened)) {}

  ByteSource source;
  std::vector<char> buffer = std::vector<char>(kLineBufferBytes);
  size_t begin = 0, end = 0;  ///< of what `buffer` holds
  size_t max_line_bytes = 0;
  size_t line_number = 0;
  std::string line;       ///< what has come of the line after the last one returned
  bool any = false;       ///< a byte of it has come, if only its end
  bool complete = false;  ///< its end has come
  bool returned = true;   ///< `next` gave it out: the next call of either begins another
  bool at_end = false;    ///< of the file
  std::optional<Error> failure;

  /// Appends what the buffer holds of the line.
  void take() {
    const char* start = buffer.data() + begin;
    const auto* found = static_cast<const char*>(std::memchr(start, '\n', end - begin));
    const size_t bytes = found != nullptr ? static_cast<size_t>(found - start) : end - begin;
    if (line.size() <= max_line_bytes) line.append(start, bytes);  // beyond: only told, not kept
    begin += bytes + (found != nullptr ? 1 : 0);
    any |= bytes > 0 || found != nullptr;
    complete = found != nullptr;
  }

  void refill() {
    auto got = source.read(buffer);
    if (!got) failure = std::move(got).error();
    begin = 0;
    end = got ? *got : 0;
    at_end = end == 0;
  }

  bool decided() const { return complete || at_end; }

  /// One step towards a decision: from the buffer, else from the source.
  void advance() {
    if (begin != end) return take();
    refill();
  }

  void start_line() {
    if (!returned) return;
    returned = false;
    if (line.capacity() > kKeptLineBytes) line = {};
    line.clear();
    any = complete = false;
  }
};

LineReader::LineReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;
LineReader::~LineReader() = default;

Result<LineReader> LineReader::open(const std::string& path, size_t max_line_bytes) {
  VICINAL_TRY(ByteSource source, ByteSource::open(path));
  auto state = std::make_unique<State>(std::move(source));
  state->max_line_bytes = max_line_bytes;
  return LineReader(std::move(state));
}

bool LineReader::ready(std::chrono::milliseconds wait) {
  using Clock = std::chrono::steady_clock;
  State& s = *state_;
  s.start_line();
  const auto deadline = Clock::now() + wait;
  while (!s.decided()) {
    if (s.begin == s.end) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      if (!s.source.ready(std::max(left, std::chrono::milliseconds{0}))) return false;
    }
    s.advance();
  }
  return true;
}

Result<std::optional<std::string_view>> LineReader::next() {
  State& s = *state_;
  s.start_line();
  while (!s.decided()) s.advance();
  if (s.failure) return *s.failure;
  if (!s.any) return std::optional<std::string_view>();
  s.returned = true;
  ++s.line_number;
  if (s.line.size() > s.max_line_bytes)
    return Error(Code::too_long, "the line is too long")
        .with("path", path())
        .with("line", s.line_number)
        .with("limit_bytes", s.max_line_bytes);
  if (s.line.ends_with('\r')) s.line.pop_back();
  std::string_view line = s.line;
  if (s.line_number == 1 && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  return std::optional(line);
}

size_t LineReader::line_number() const { return state_->line_number; }

const std::string& LineReader::path() const { return state_->source.path(); }

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
