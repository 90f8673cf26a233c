#include "cli/output.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "base/check.h"
#include "base/file.h"

namespace vicinal::cli {
namespace {

constexpr size_t kBufferBytes = size_t{1} << 16;

/// False when the file was renamed since it was opened: its writer has finished it meanwhile.
bool is_named(int descriptor, const std::string& name) {
  struct stat opened{}, named{};
  return ::fstat(descriptor, &opened) == 0 && ::stat(name.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
         opened.st_dev == named.st_dev;
}

bool written_in_place(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

}  // namespace

Output Output::standard() { return Output(STDOUT_FILENO, "-", {}); }

Result<Output> Output::open(const std::string& path) {
  if (path == "-") return standard();
  const bool in_place = written_in_place(path);
  const std::string name = in_place ? path : path + ".part";
  // What a killed run left in the .part is cut off only under the lock: another run may be writing it.
  const int descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) return base::system_error("the output cannot be written", name, errno);
  if (in_place) return Output(descriptor, path, {});
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0 || !is_named(descriptor, name)) {
    ::close(descriptor);
    return Error(Code::busy, "another process is writing this output").with("path", name);
  }
  Output out(descriptor, path, name);
  if (::ftruncate(descriptor, 0) != 0) return base::system_error("the output cannot be written", name, errno);
  return out;
}

Output::Output(Output&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      part_(std::exchange(other.part_, {})),
      buffer_(std::move(other.buffer_)),
      closed_(other.closed_),
      error_number_(other.error_number_) {}

Output::~Output() {
  if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
  if (!part_.empty()) ::unlink(part_.c_str());
}

bool Output::write(std::string_view bytes) {
  if (closed_) return false;
  buffer_ += bytes;
  return buffer_.size() < kBufferBytes || flush();
}

bool Output::flush() {
  const bool sent = send(buffer_);
  buffer_.clear();
  return sent;
}

bool Output::send(std::string_view bytes) {
  while (!closed_ && !bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count > 0) {
      bytes.remove_prefix(static_cast<size_t>(count));
    } else if (errno != EINTR) {
      closed_ = true;
      error_number_ = errno == EPIPE ? 0 : errno;
    }
  }
  return !closed_;
}

Result<> Output::rewrite(uint64_t offset, std::string_view bytes) {
  flush();
  if (part_.empty())
    return Error(Code::unsupported, "this output cannot be rewound; name a regular file").with("path", path_);
  if (::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset)) !=
      static_cast<ssize_t>(bytes.size()))
    return base::system_error("the output cannot be written", path_, errno);
  return {};
}

Result<> Output::finish() {
  flush();
  if (error_number_ != 0) return base::system_error("the output cannot be written", path_, error_number_);
  if (part_.empty()) return {};
  if (::fdatasync(descriptor_) != 0)  // a name must not come before its bytes, even if the power fails
    return base::system_error("the output cannot be written", path_, errno);
  if (std::rename(part_.c_str(), path_.c_str()) != 0)
    return base::system_error("the output cannot be renamed", part_, errno);
  part_.clear();
  return {};
}

}  // namespace vicinal::cli
