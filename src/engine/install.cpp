#include "engine/install.h"

#include <stdlib.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <vector>

#include "base/file.h"

namespace vicinal::engine {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kPrefix = ".pull-";

void remove_stale(const fs::path& parent) {
  const auto yesterday = fs::file_time_type::clock::now() - std::chrono::hours(24);
  std::vector<fs::path> stale;
  std::error_code error;
  for (fs::directory_iterator at(parent, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->path().filename().string().starts_with(kPrefix) && fs::last_write_time(at->path(), ignored) < yesterday &&
        !ignored)
      stale.push_back(at->path());
  }
  for (const fs::path& path : stale) fs::remove_all(path, error);
}

Result<> rename(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::rename(from, to, error);
  return error ? Result<>(base::system_error("the folder cannot be moved", to, error.value())) : Result<>();
}

}  // namespace

Result<StagingFolder> StagingFolder::create(const std::string& parent) {
  std::error_code error;
  fs::create_directories(parent, error);
  if (error) return base::system_error("the folder for models cannot be made", parent, error.value());
  remove_stale(parent);
  return create_in_foreign(parent);
}

Result<StagingFolder> StagingFolder::create_in_foreign(const std::string& parent) {
  std::string path = parent + "/" + std::string(kPrefix) + "XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) return base::system_error("the folder cannot be written", parent, errno);
  return StagingFolder(std::move(path));
}

StagingFolder::~StagingFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

Result<> move_into_place(const std::string& from, const std::string& target, const StagingFolder& staging) {
  std::error_code ignored;
  if (fs::exists(target, ignored)) VICINAL_TRY_VOID(rename(target, staging.path() + "/replaced"));
  VICINAL_TRY_VOID(rename(from, target));
  return base::sync_folder(fs::path(target).parent_path().string());
}

}  // namespace vicinal::engine
