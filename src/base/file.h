#pragma once
/// Files and folders, with errors that name the path and the system's reason.

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/check.h"

namespace vicinal::base {

/// An open file descriptor. Move-only. Reads and writes are whole: short transfers are continued.
class File {
 public:
  /// `create` makes the file when it is not there and keeps what is in it; `create_exclusive` refuses an existing one.
  enum class Mode { read, read_write, create, create_exclusive };
  static Result<File> open(const std::string& path, Mode mode);

  File() = default;
  explicit File(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  Result<> read_at(uint64_t offset, std::span<std::byte> out) const;  ///< past the end: corrupt
  Result<> write_at(uint64_t offset, std::span<const std::byte> bytes);
  Result<> sync();  ///< fdatasync
  Result<uint64_t> size() const;
  int descriptor() const { return descriptor_; }
  const std::string& path() const { return path_; }

 private:
  int descriptor_ = -1;
  std::string path_;
};

/// The whole file; larger than `max_bytes`: invalid_argument before anything is allocated.
Result<std::string> read_file(const std::string& path, size_t max_bytes = size_t{1} << 32);

/// Replaces `path` in one step: temporary file beside it, sync, rename, sync of the folder.
Result<> write_file_atomic(const std::string& path, std::string_view bytes);

/// Makes names in this folder durable.
Result<> sync_folder(const std::string& path);

/// A full disk or a used-up quota, and what to do then.
bool is_out_of_room(int error_number);
inline constexpr std::string_view kMakeRoom = "make room on the disk and do it again";

/// code: not_found for ENOENT, else io; data: path, reason, and the fix where the disk is full.
Error system_error(std::string message, const std::string& path, int error_number);

/// What a later look must find unchanged to skip reading a file again.
struct FileStamp {
  uint64_t device = 0, inode = 0, size = 0;
  int64_t modified_ns = 0;
  int64_t changed_ns = 0;  ///< of content or status: unlike modified_ns, no program can set it back
  bool operator==(const FileStamp&) const = default;
};
Result<FileStamp> stamp_file(const std::string& path);
FileStamp to_stamp(const struct stat& status);

}  // namespace vicinal::base
