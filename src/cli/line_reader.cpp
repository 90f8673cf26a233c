#include "cli/line_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/check.h"
#include "base/file.h"

namespace vicinal::cli {
namespace {

constexpr size_t kReadBytes = size_t{1} << 18;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

Result<LineReader> LineReader::open(const std::string& path) {
  if (path == "-") return LineReader(STDIN_FILENO, "standard input");
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return base::system_error("the input cannot be opened", path, errno);
  return LineReader(descriptor, path);
}

LineReader::LineReader(LineReader&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      buffer_(std::move(other.buffer_)),
      begin_(other.begin_),
      at_end_(other.at_end_),
      line_number_(other.line_number_) {}

LineReader::~LineReader() {
  if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
}

Result<> LineReader::fill() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  const size_t before = buffer_.size();
  buffer_.resize(before + std::max(kReadBytes, before));  // doubles, so that a long line costs linear time
  ssize_t count = 0;
  while ((count = ::read(descriptor_, buffer_.data() + before, buffer_.size() - before)) < 0 && errno == EINTR) {
  }
  const int error_number = errno;
  buffer_.resize(before + static_cast<size_t>(std::max<ssize_t>(count, 0)));
  if (count < 0) return base::system_error("the input cannot be read", path_, error_number);
  at_end_ = count == 0;
  if (line_number_ == 0 && buffer_.starts_with(kByteOrderMark)) begin_ = kByteOrderMark.size();
  return {};
}

std::string LineReader::take_line(size_t bytes) {
  std::string line = buffer_.substr(begin_, bytes);
  begin_ = std::min(buffer_.size(), begin_ + bytes + 1);
  ++line_number_;
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

Result<std::optional<std::string>> LineReader::next() {
  size_t searched = 0;
  while (true) {
    const size_t end = buffer_.find('\n', begin_ + searched);
    if (end != std::string::npos) return std::optional(take_line(end - begin_));
    searched = buffer_.size() - begin_;
    if (searched > kMaxLineBytes) break;
    if (at_end_) return searched == 0 ? std::optional<std::string>() : std::optional(take_line(searched));
    VICINAL_TRY_VOID(fill());
    if (begin_ > 0) searched = 0;
  }
  return Error(Code::invalid_argument, "a line of the input is too long")
      .with("path", path_)
      .with("line", line_number_ + 1)
      .with("limit_bytes", kMaxLineBytes);
}

}  // namespace vicinal::cli
