#pragma once
/// Puts a fetched model where installed models are.

#include <string>

#include "base/check.h"

namespace vicinal::engine {

/// A folder beside the installed models, removed with all it holds at the end of the scope: what is made in it can be
/// renamed into place. Folders that killed processes left a day ago or earlier are removed first.
class StagingFolder {
 public:
  /// `parent` is made when it is not there.
  static Result<StagingFolder> create(const std::string& parent);
  /// In a folder that is not the program's own: nothing there is removed.
  static Result<StagingFolder> create_in_foreign(const std::string& parent);
  StagingFolder(StagingFolder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  StagingFolder& operator=(StagingFolder&&) = delete;
  ~StagingFolder();

  const std::string& path() const { return path_; }

 private:
  explicit StagingFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

/// Renames `from` (in `staging`) to `target`; what lies there is moved into `staging` first. One of the two is complete
/// at `target` at every moment but the one between two renames.
Result<> move_into_place(const std::string& from, const std::string& target, const StagingFolder& staging);

}  // namespace vicinal::engine
