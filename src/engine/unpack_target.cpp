#include "engine/unpack_target.h"

#include <algorithm>
#include <filesystem>

namespace vicinal::engine {
namespace fs = std::filesystem;

bool is_safe_entry_name(std::string_view name) {
  if (name.ends_with('/')) name.remove_suffix(1);
  if (name.empty() || name.size() > 1024) return false;
  for (const char c : name)
    if (static_cast<unsigned char>(c) < ' ' || c == '\\') return false;
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('/', begin), name.size());
    const std::string_view part = name.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return false;
    begin = end + 1;
  }
  return true;
}

Error UnpackTarget::broken(std::string message) const {
  return Error(Code::corrupt, std::move(message)).with("archive", archive_);
}

Result<> UnpackTarget::admit(std::string_view name) {
  if (!is_safe_entry_name(name))
    return broken("an entry of the archive has a name that leads out of it").with("entry", name);
  if (++entries_ > limits_.max_entries)
    return broken("the archive has too many entries").with("limit", limits_.max_entries);
  return {};
}

Result<> UnpackTarget::add_folder(std::string_view name) {
  VICINAL_TRY_VOID(admit(name));
  std::error_code error;
  fs::create_directories(fs::path(folder_) / name, error);
  return error ? Result<>(base::system_error("a folder cannot be made", std::string(name), error.value())) : Result<>();
}

Result<> UnpackTarget::begin_file(std::string_view name, uint64_t bytes) {
  VICINAL_TRY_VOID(admit(name));
  if (bytes > limits_.max_bytes - bytes_)
    return broken("the archive unpacks to more than is allowed").with("limit_bytes", limits_.max_bytes);
  const fs::path path = fs::path(folder_) / name;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) return base::system_error("a folder cannot be made", path.parent_path().string(), error.value());
  VICINAL_TRY(file_, base::File::open(path.string(), base::File::Mode::create_exclusive));
  bytes_ += bytes;
  file_bytes_ = bytes;
  written_ = 0;
  return {};
}

Result<> UnpackTarget::write(std::span<const std::byte> bytes) {
  if (bytes.size() > file_bytes_ - written_) return broken("an entry is larger than it says");
  VICINAL_TRY_VOID(file_->write_at(written_, bytes));
  written_ += bytes.size();
  return {};
}

Result<> UnpackTarget::end_file() {
  if (written_ != file_bytes_) return broken("an entry is shorter than it says");
  VICINAL_TRY_VOID(file_->sync());
  file_.reset();
  return {};
}

}  // namespace vicinal::engine
