#pragma once
/// The system calls by which a program changes a folder, seen before and after they are made.
///
/// file_calls.cpp defines open, pwrite, fdatasync, rename and their like anew. In a program that is linked with it
/// these replace the C library's for every caller: our own code, SQLite's and the standard library's. So nothing in the
/// store knows that it is watched, and no door is left out. Calls on other paths than the watched ones pass unseen. Not
/// thread-safe: one thread watches and works.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace vicinal::durability {

struct FileCall {
  enum class Kind {
    open,
    create,
    write,
    truncate,
    sync,
    sync_folder,
    rename,
    exchange,
    unlink,
    make_folder,
    remove_folder,
    map
  };
  Kind kind = Kind::open;
  std::string path;
  std::string to;  ///< of a rename or exchange
  uint64_t offset = 0;
  std::span<const std::byte> bytes;  ///< of a write
  uint64_t size = 0;                 ///< of a truncation
};

const char* name_of(FileCall::Kind kind);

/// What an observer wants of a call: made as it is, refused with an error number, or a write cut short.
struct Verdict {
  int error = 0;
  bool short_write = false;  ///< half of the bytes are written; the call says so, as the system would
};

class FileObserver {
 public:
  virtual ~FileObserver() = default;
  virtual Verdict before(const FileCall& call) = 0;
  /// After a call that succeeded; of a short write, `bytes` are those that were written.
  virtual void done(const FileCall& call) = 0;
  /// After a sync that was refused.
  virtual void sync_failed(const FileCall& call) = 0;
};

/// Calls on paths below `root` (absolute) go to the observer as long as this lives. One at a time.
class Watching {
 public:
  Watching(std::string root, FileObserver& observer);
  ~Watching();
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;
};

}  // namespace vicinal::durability
