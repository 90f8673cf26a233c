#pragma once
/// A file's bytes as read-only memory.

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/check.h"

namespace vicinal::base {

class File;

/// Maps a whole regular file. Move-only; the bytes live as long as this object. The file must not shrink
/// meanwhile (the project's own files are never truncated, only unlinked). Thread-safe to read.
class MappedFile {
 public:
  /// not_found, io (also for folders and devices). An empty file gives an empty span.
  static Result<MappedFile> open(const std::string& path);
  /// Of a file that grows: room for `room` bytes of it is mapped, bytes() are those that it has now.
  static Result<MappedFile> open_growing(const std::string& path, size_t room);
  /// Memory that belongs to no file, and has no path: `fill` writes it, then it is read-only. io: there is not as much.
  static Result<MappedFile> in_memory(size_t bytes, const std::function<void(std::span<std::byte>)>& fill);

  MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  /// Asks for 2 MB pages, where the system has them for files: a tenth of the page faults' cost, and fewer misses of
  /// the TLB. It has them for what was written 2 MB at a time (as FrameWriter does) or is first read through this map.
  void prefer_large_pages() const;

  /// Takes in what the file has grown by since, as far as its room goes; bytes() stay where they are. Of a file that
  /// was not opened as growing: nothing.
  Result<> grow();

  std::span<const std::byte> bytes() const { return {static_cast<const std::byte*>(data_), size_}; }
  std::string_view text() const { return {static_cast<const char*>(data_), size_}; }
  size_t size() const { return size_; }
  const std::string& path() const { return path_; }

  /// These bytes leave this process's resident memory; reading them again fetches them again. `part` lies in bytes().
  /// Memory of no file stays.
  void release(std::span<const std::byte> part) const;

 private:
  void* data_ = nullptr;
  size_t size_ = 0;
  size_t mapped_ = 0;  ///< bytes of address space
  std::string path_;
  std::unique_ptr<File> growing_;
};

}  // namespace vicinal::base
