#include "base/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace vicinal::base {
namespace {

int open_flags(File::Mode mode) {
  switch (mode) {
    case File::Mode::read:
      return O_RDONLY;
    case File::Mode::read_write:
      return O_RDWR;
    case File::Mode::create:
      return O_RDWR | O_CREAT;
    case File::Mode::create_exclusive:
      return O_RDWR | O_CREAT | O_EXCL;
  }
  return O_RDONLY;
}

template <class Call>
auto without_interruption(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Error too_large(const std::string& path, uint64_t bytes, size_t max_bytes) {
  return Error(Code::invalid_argument, "the file is too large to read")
      .with("path", path)
      .with("bytes", bytes)
      .with("limit", max_bytes);
}

/// A fresh file beside `path` that no other writer, here or in another process, has.
Result<File> create_beside(const std::string& path) {
  static std::atomic<unsigned> counter{0};
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const std::string name = path + ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(counter.fetch_add(1));
    const int descriptor = ::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) return File(descriptor, name);
    if (errno != EEXIST) return system_error("cannot create a file", name, errno);
  }
  return Error(Code::io, "cannot find a free temporary name").with("path", path);
}

Result<> fill_and_rename(File& file, const std::string& path, std::string_view bytes) {
  VICINAL_TRY_VOID(file.write_at(0, std::as_bytes(std::span(bytes))));
  if (without_interruption([&] { return ::fsync(file.descriptor()); }) != 0) {
    return system_error("cannot sync the file", file.path(), errno);
  }
  if (::rename(file.path().c_str(), path.c_str()) != 0) return system_error("cannot replace the file", path, errno);
  return {};
}

}  // namespace

bool is_out_of_room(int error_number) { return error_number == ENOSPC || error_number == EDQUOT; }

Error system_error(std::string message, const std::string& path, int error_number) {
  const Code code = error_number == ENOENT ? Code::not_found : Code::io;
  Error error(code, std::move(message));
  error.with("path", path).with("reason", std::generic_category().message(error_number));
  if (is_out_of_room(error_number)) error.with("fix", kMakeRoom);
  return error;
}

Result<File> File::open(const std::string& path, Mode mode) {
  const int descriptor = without_interruption([&] { return ::open(path.c_str(), open_flags(mode) | O_CLOEXEC, 0666); });
  if (descriptor < 0) return system_error("cannot open the file", path, errno);
  return File(descriptor, path);
}

File::File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<> File::read_at(uint64_t offset, std::span<std::byte> out) const {
  size_t done = 0;
  while (done < out.size()) {
    const ssize_t got = without_interruption(
        [&] { return ::pread(descriptor_, out.data() + done, out.size() - done, static_cast<off_t>(offset + done)); });
    if (got < 0) return system_error("cannot read the file", path_, errno);
    if (got == 0) {
      return Error(Code::corrupt, "the file is cut short")
          .with("path", path_)
          .with("offset", offset)
          .with("bytes", done)
          .with("need", out.size());
    }
    done += static_cast<size_t>(got);
  }
  return {};
}

Result<> File::write_at(uint64_t offset, std::span<const std::byte> bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t wrote = without_interruption([&] {
      return ::pwrite(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    });
    if (wrote <= 0) return system_error("cannot write the file", path_, wrote < 0 ? errno : ENOSPC);
    done += static_cast<size_t>(wrote);
  }
  return {};
}

Result<> File::sync() {
  if (without_interruption([&] { return ::fdatasync(descriptor_); }) != 0) {
    return system_error("cannot sync the file", path_, errno);
  }
  return {};
}

Result<uint64_t> File::size() const {
  struct stat status = {};
  if (::fstat(descriptor_, &status) != 0) return system_error("cannot examine the file", path_, errno);
  return static_cast<uint64_t>(status.st_size);
}

Result<std::string> read_file(const std::string& path, size_t max_bytes) {
  VICINAL_TRY(const File file, File::open(path, File::Mode::read));
  VICINAL_TRY(const uint64_t size, file.size());
  if (size > max_bytes) return too_large(path, size, max_bytes);
  // The size is a hint only: pipes and /proc have none, and a log may grow meanwhile.
  std::string bytes(static_cast<size_t>(size) + 1, '\0');
  size_t done = 0;
  while (true) {
    const ssize_t got =
        without_interruption([&] { return ::read(file.descriptor(), bytes.data() + done, bytes.size() - done); });
    if (got < 0) return system_error("cannot read the file", path, errno);
    if (got == 0) break;
    done += static_cast<size_t>(got);
    if (done > max_bytes) return too_large(path, done, max_bytes);
    if (done == bytes.size()) bytes.resize(std::max<size_t>(bytes.size() * 2, 4096));
  }
  bytes.resize(done);
  return bytes;
}

Result<> write_file_atomic(const std::string& path, std::string_view bytes) {
  VICINAL_TRY(File file, create_beside(path));
  if (auto done = fill_and_rename(file, path, bytes); !done) {
    ::unlink(file.path().c_str());
    return done;
  }
  return sync_folder(folder_of(path));
}

Result<> sync_folder(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return system_error("cannot open the folder", path, errno);
  const File folder(descriptor, path);
  // EINVAL: the file system has no notion of syncing a folder.
  if (without_interruption([&] { return ::fsync(descriptor); }) != 0 && errno != EINVAL) {
    return system_error("cannot sync the folder", path, errno);
  }
  return {};
}

FileStamp to_stamp(const struct stat& status) {
  FileStamp stamp;
  stamp.device = status.st_dev;
  stamp.inode = status.st_ino;
  stamp.size = static_cast<uint64_t>(status.st_size);
  stamp.modified_ns = int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  stamp.changed_ns = int64_t{status.st_ctim.tv_sec} * 1'000'000'000 + status.st_ctim.tv_nsec;
  return stamp;
}

Result<FileStamp> stamp_file(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return system_error("cannot examine the file", path, errno);
  return to_stamp(status);
}

}  // namespace vicinal::base
