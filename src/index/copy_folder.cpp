#include "index/copy_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/file.h"
#include "index/folder.h"

namespace vicinal::index {

namespace {

/// The name without slashes at its end, so that ".part" can follow.
std::string plain_name(const std::string& folder) {
  std::string name = std::filesystem::absolute(folder).lexically_normal().string();
  while (name.size() > 1 && name.ends_with('/')) name.pop_back();
  return name;
}

Result<> make_part(const std::string& part) {
  if (::mkdir(part.c_str(), 0777) == 0 || errno == EEXIST) return {};
  return base::system_error("the folder of the copy cannot be made", part, errno);
}

Error not_exchanged(const std::string& target, int error_number) {
  if (error_number != EINVAL && error_number != ENOSYS)
    return base::system_error("the collection cannot be replaced", target, error_number);
  return Error(Code::unsupported, "the file system cannot exchange two folders in one step")
      .with("path", target)
      .with(
          "fix",
          "move the old collection away and restore without --force; to migrate, move the collection to another disk");
}

/// False where the names were exchanged but may not outlive a power loss.
Result<bool> exchange_names(const std::string& part, const std::string& target) {
  VICINAL_TRY_VOID(base::sync_folder(part));
  if (::renameat2(AT_FDCWD, part.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) != 0)
    return not_exchanged(target, errno);
  return base::sync_folder(std::filesystem::path(target).parent_path().string()).ok();
}

void remove_files(const std::string& folder, bool with_lock) {
  const auto content = look_into(folder);
  if (!content) return;
  for (const auto& file : content->vector_files) ::unlink(file.path.c_str());
  for (const auto& file : content->code_files) ::unlink(file.path.c_str());
  for (const auto& file : content->postings_files) ::unlink(file.path.c_str());
  for (const std::string& base : {database_path(folder), new_database_path(folder)})
    for (const char* suffix : {"", "-journal", "-wal", "-shm"}) ::unlink((base + suffix).c_str());
  if (with_lock) ::unlink(lock_path(folder).c_str());
}

}  // namespace

void remove_collection_files(const std::string& folder) {
  remove_files(folder, true);
  ::rmdir(folder.c_str());
}

Result<CopyFolder> CopyFolder::make(const std::string& target) {
  const std::string name = plain_name(target), part = name + ".part";
  VICINAL_TRY_VOID(make_part(part));
  VICINAL_TRY(const FolderContent content, look_into(part));
  if (content.foreign > 0)
    return Error(Code::invalid_argument, "the folder in which the copy would grow holds other things")
        .with("path", part)
        .with("fix", "move it away, or choose another name");
  VICINAL_TRY(WriterLock lock, WriterLock::take(lock_path(part), {{}, 0}));
  remove_files(part, false);
  return CopyFolder(name, part, std::move(lock));
}

CopyFolder::~CopyFolder() {
  if (!part_.empty()) remove_collection_files(part_);
}

Result<> CopyFolder::sync_parent() const {
  return base::sync_folder(std::filesystem::path(target_).parent_path().string());
}

Result<> CopyFolder::publish() {
  VICINAL_TRY_VOID(base::sync_folder(part_));
  // An empty folder may lie there: a rename would put the copy in its place, RENAME_NOREPLACE would not.
  if (::rmdir(target_.c_str()) != 0 && errno != ENOENT && errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR)
    return base::system_error("the copy cannot be put in place", target_, errno);
  if (::renameat2(AT_FDCWD, part_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno != EEXIST && errno != ENOTEMPTY)
      return base::system_error("the copy cannot be put in place", target_, errno);
    return Error(Code::invalid_argument, "the target is there already").with("path", target_);
  }
  part_.clear();
  return sync_parent();
}

Result<> CopyFolder::exchange() {
  const std::string old = part_;
  VICINAL_TRY(const bool durable, exchange_names(part_, target_));
  part_.clear();
  if (!durable) return sync_parent();  // the old one stays: a power loss may bring its name back
  remove_collection_files(old);
  return {};
}

Result<> exchange_folders(const std::string& part, const std::string& target) {
  VICINAL_TRY(const bool durable, exchange_names(part, target));
  return durable ? Result<>() : base::sync_folder(std::filesystem::path(target).parent_path().string());
}

}  // namespace vicinal::index
