#pragma once
/// A file's bytes as read-only memory.

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/check.h"

namespace vicinal::base {

/// Maps a whole regular file. Move-only; the bytes live as long as this object. The file must not shrink
/// meanwhile (the project's own files are never truncated, only unlinked). Thread-safe to read.
class MappedFile {
 public:
  /// not_found, io (also for folders and devices). An empty file gives an empty span.
  static Result<MappedFile> open(const std::string& path);
  /// Memory that belongs to no file, and has no path: `fill` writes it, then it is read-only. io: there is not as much.
  static Result<MappedFile> in_memory(size_t bytes, const std::function<void(std::span<std::byte>)>& fill);

  MappedFile() = default;
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  /// Asks for 2 MB pages, where the system has them for files: a tenth of the page faults' cost, and fewer misses of
  /// the TLB. It has them for what was written 2 MB at a time (as FrameWriter does) or is first read through this map.
  void prefer_large_pages() const;

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
  std::string path_;
};

}  // namespace vicinal::base
