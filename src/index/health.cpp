#include "index/health.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"
#include "index/creation.h"
#include "index/folder.h"
#include "index/log_file.h"
#include "index/snapshot.h"
#include "index/writer_lock.h"

namespace vicinal::index {

namespace {

int64_t time_of(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 ? int64_t{status.st_mtime} : 0;
}

Result<> look_at_snapshot(const std::string& folder, const FolderContent& content, Health& health) {
  VICINAL_TRY(const auto snapshot, Snapshot::open(folder, Snapshot::Role::reader));
  VICINAL_TRY(VectorSet* const vectors, snapshot->vectors());
  health.last_commit = snapshot->manifest().last_commit;
  for (const VectorSet::OpenFile& file : vectors->files()) health.dead_vectors += file.dead.count();
  health.leftovers = leftovers_in(content, snapshot->manifest());
  return {};
}

void look_beside(const std::string& folder, Health& health) {
  std::string part = folder;
  while (part.size() > 1 && part.ends_with('/')) part.pop_back();
  part += ".part";
  struct stat status = {};
  if (::stat(part.c_str(), &status) != 0) return;
  const auto holder = lock_holder(lock_path(part));
  if (holder && holder->empty()) health.leftovers.push_back(part);
}

}  // namespace

Result<Health> health_of(const std::string& folder) {
  Health health;
  VICINAL_TRY(const auto store, Store::open(folder, {}));
  VICINAL_TRY(health.stats, store->stats());
  VICINAL_TRY(health.holder, lock_holder(lock_path(folder)));
  VICINAL_TRY(const FolderContent content, look_into(folder));
  VICINAL_TRY_VOID(look_at_snapshot(folder, content, health));
  const std::string database = database_path(folder);
  VICINAL_TRY(const LogSurvey log, survey_log(database));
  health.log_bytes = log.bytes;
  health.log_commits = log.commits;
  health.last_commit_time = std::max(time_of(database), log.bytes > 0 ? time_of(database + "-wal") : 0);
  if (!health.holder.empty()) health.leftovers.clear();  // the writer may be making just these
  look_beside(folder, health);
  struct statvfs disk = {};
  if (::statvfs(folder.c_str(), &disk) != 0)
    return base::system_error("the room on the disk cannot be found out", folder, errno);
  health.room = uint64_t{disk.f_bavail} * disk.f_frsize;
  return health;
}

}  // namespace vicinal::index
