#pragma once
/// Where an archive's files go, with the bounds of UnpackLimits over all of them.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/file.h"
#include "engine/archive.h"

namespace vicinal::engine {

class UnpackTarget {
 public:
  UnpackTarget(std::string archive, std::string folder, const UnpackLimits& limits)
      : archive_(std::move(archive)), folder_(std::move(folder)), limits_(limits) {}

  /// Checks the name and makes the folder.
  Result<> add_folder(std::string_view name);
  /// Checks the name and the announced size, makes the file; `write` fills it.
  Result<> begin_file(std::string_view name, uint64_t bytes);
  Result<> write(std::span<const std::byte> bytes);
  Result<> end_file();

  /// corrupt, with the archive's path.
  Error broken(std::string message) const;
  uint64_t bytes() const { return bytes_; }

 private:
  Result<> admit(std::string_view name);

  std::string archive_, folder_;
  UnpackLimits limits_;
  size_t entries_ = 0;
  uint64_t bytes_ = 0;       // announced, all files
  uint64_t file_bytes_ = 0;  // announced, this file
  uint64_t written_ = 0;
  std::optional<base::File> file_;
};

}  // namespace vicinal::engine
