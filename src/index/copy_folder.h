#pragma once
/// The folder in which a copy of a collection grows, and how it gets its name. The order of steps: backup.h.

#include <string>

#include "index/writer_lock.h"

namespace vicinal::index {

/// Holds the part's lock. Destroyed before `publish` or `exchange` succeeded, it removes what was made.
class CopyFolder {
 public:
  /// Makes `<target>.part`, or takes over what a killed process left of it. busy: another process is at it.
  /// invalid_argument: that folder holds other things than a collection's files.
  static Result<CopyFolder> make(const std::string& target);
  CopyFolder(CopyFolder&&) noexcept = default;
  CopyFolder& operator=(CopyFolder&&) = delete;
  ~CopyFolder();

  const std::string& path() const { return part_; }
  /// REQUIRES: files in it are synced. invalid_argument: the target has come to be meanwhile.
  Result<> publish();
  /// The target, a collection whose writer's lock the caller holds, becomes the part, and is removed.
  Result<> exchange();

 private:
  CopyFolder(std::string target, std::string part, WriterLock lock)
      : target_(std::move(target)), part_(std::move(part)), lock_(std::move(lock)) {}
  Result<> sync_parent() const;

  std::string target_, part_;
  WriterLock lock_;
};

/// The two folders beside each other change their names in one step, durably. REQUIRES: files in `part` are synced, the
/// writer's locks of both are held, nothing of this process has their databases open. unsupported: not on this file
/// system.
Result<> exchange_folders(const std::string& part, const std::string& target);

/// Removes a collection's files and the folder, as far as that is possible; other files stay.
void remove_collection_files(const std::string& folder);

}  // namespace vicinal::index
