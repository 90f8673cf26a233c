#include "base/user_folders.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

namespace vicinal::base {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The XDG specification says that a relative path there is invalid and to be ignored.
std::string absolute_environment(const char* name) {
  std::string value = environment(name);
  return value.starts_with('/') ? value : "";
}

std::string own_folder(const char* override_name, const char* xdg_name, const char* in_home, const char* inside) {
  if (std::string own = environment(override_name); !own.empty()) return own;
  const std::string xdg = absolute_environment(xdg_name);
  return (xdg.empty() ? home_folder() + in_home : xdg) + inside;
}

}  // namespace

std::string home_folder() {
  if (std::string home = environment("HOME"); !home.empty()) return home;
  std::vector<char> memory(16384);
  struct passwd entry = {};
  struct passwd* found = nullptr;
  if (::getpwuid_r(::getuid(), &entry, memory.data(), memory.size(), &found) != 0 || found == nullptr) return "/";
  return found->pw_dir;
}

std::string cache_folder() { return own_folder("VICINAL_CACHE", "XDG_CACHE_HOME", "/.cache", "/vicinal"); }

std::string models_folder() {
  return own_folder("VICINAL_MODELS", "XDG_DATA_HOME", "/.local/share", "/vicinal/models");
}

}  // namespace vicinal::base
