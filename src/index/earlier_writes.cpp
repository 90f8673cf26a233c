#include "index/earlier_writes.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <vector>

#include "base/file.h"
#include "index/folder.h"

namespace vicinal::index {

namespace {

using Path = std::filesystem::path;

Path plain_path(const std::string& folder) {
  const Path path = std::filesystem::absolute(folder).lexically_normal();
  return path.has_filename() ? path : path.parent_path();  // without a slash at the end
}

// A folder that may be passed through but not read cannot be synced; nor can this process have made a name in it.
Result<> sync_names_in(const Path& folder) {
  if (::euidaccess(folder.c_str(), R_OK) != 0) return {};
  return base::sync_folder(folder.string());
}

}  // namespace

Result<> make_durable_folder(const std::string& folder) {
  const Path path = plain_path(folder);
  std::vector<Path> made_above;
  std::error_code error;
  for (Path above = path.parent_path(); !std::filesystem::exists(above, error) && !error; above = above.parent_path())
    made_above.push_back(above);
  std::filesystem::create_directories(path, error);
  if (error) return base::system_error("the collection's folder cannot be made", folder, error.value());
  for (const Path& above : made_above) VICINAL_TRY_VOID(sync_names_in(above.parent_path()));
  return {};
}

Result<> sync_earlier_writes(const std::string& folder) {
  VICINAL_TRY_VOID(sync_names_in(plain_path(folder).parent_path()));
  VICINAL_TRY_VOID(sync_names_in(folder));
  return sync_log(folder);
}

Result<> sync_log(const std::string& folder) {
  auto log = base::File::open(database_path(folder) + "-wal", base::File::Mode::read_write);
  if (!log && log.error().code() == Code::not_found) return {};
  if (!log) return std::move(log).error();
  return log->sync();
}

}  // namespace vicinal::index
