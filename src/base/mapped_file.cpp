#include "base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "base/file.h"

namespace vicinal::base {

namespace {

Result<File> open_regular(const std::string& path, size_t& size) {
  // O_NONBLOCK: a FIFO in the file's place must give an error, not wait for a writer.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return system_error("cannot open the file", path, errno);
  File file(descriptor, path);
  struct stat status = {};
  if (::fstat(descriptor, &status) != 0) return system_error("cannot examine the file", path, errno);
  if (!S_ISREG(status.st_mode)) return Error(Code::io, "not a regular file").with("path", path);
  size = static_cast<size_t>(status.st_size);
  return file;
}

}  // namespace

MappedFile::MappedFile() = default;

Result<MappedFile> MappedFile::open(const std::string& path) { return open_growing(path, 0); }

// Pages behind the file's end are not touched before it has grown.
Result<MappedFile> MappedFile::open_growing(const std::string& path, size_t room) {
  MappedFile mapped;
  mapped.path_ = path;
  VICINAL_TRY(File file, open_regular(path, mapped.size_));
  mapped.mapped_ = std::max(mapped.size_, room);
  if (mapped.mapped_ == 0) return mapped;
  void* data = ::mmap(nullptr, mapped.mapped_, PROT_READ, MAP_SHARED, file.descriptor(), 0);
  if (data == MAP_FAILED) return system_error("cannot map the file", path, errno);
  mapped.data_ = data;
  if (room > 0) mapped.growing_ = std::make_unique<File>(std::move(file));
  return mapped;
}

Result<> MappedFile::grow() {
  if (!growing_) return {};
  VICINAL_TRY(const uint64_t bytes, growing_->size());
  size_ = std::min<size_t>(bytes, mapped_);
  return {};
}

Result<MappedFile> MappedFile::in_memory(size_t bytes, const std::function<void(std::span<std::byte>)>& fill) {
  MappedFile mapped;
  if (bytes == 0) return mapped;
  void* data = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED) return Error(Code::io, "there is not enough memory").with("bytes", bytes);
  mapped.data_ = data;
  mapped.size_ = mapped.mapped_ = bytes;
  mapped.prefer_large_pages();
  fill({static_cast<std::byte*>(data), bytes});
  ::mprotect(data, bytes, PROT_READ);  // against our own mistakes
  return mapped;
}

void MappedFile::prefer_large_pages() const {
  if (data_ != nullptr) ::madvise(data_, size_, MADV_HUGEPAGE);  // advice: may be refused
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      mapped_(std::exchange(other.mapped_, 0)),
      path_(std::move(other.path_)),
      growing_(std::move(other.growing_)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(mapped_, other.mapped_);
  std::swap(growing_, other.growing_);
  std::swap(path_, other.path_);
  return *this;
}

void MappedFile::release(std::span<const std::byte> part) const {
  if (path_.empty()) return;
  const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = (reinterpret_cast<uintptr_t>(part.data()) + page - 1) / page * page;
  const auto end = reinterpret_cast<uintptr_t>(part.data() + part.size()) / page * page;
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);  // advice: may fail
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(data_, mapped_);
}

}  // namespace vicinal::base
