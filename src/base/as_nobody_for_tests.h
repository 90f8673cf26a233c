#pragma once
/// For tests of what cannot be read: the superuser, who reads everything, becomes an ordinary user for a while.

#include <unistd.h>

#include <filesystem>
#include <string>

namespace vicinal::base {

/// Gives the folder to the user "nobody" and acts as that user until the end of the scope. For an ordinary user:
/// nothing.
class AsNobody {
 public:
  explicit AsNobody(const std::string& folder) : was_root_(::geteuid() == 0) {
    if (!was_root_) return;
    give(folder);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) give(entry.path().string());
    if (::seteuid(kNobody) != 0) was_root_ = false;
  }
  ~AsNobody() {
    if (was_root_) (void)!::seteuid(0);
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

 private:
  static constexpr uid_t kNobody = 65534;
  static void give(const std::string& path) { (void)!::lchown(path.c_str(), kNobody, static_cast<gid_t>(-1)); }
  bool was_root_;
};

}  // namespace vicinal::base
