#include "index/local_disk.h"

#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>

#include "base/file.h"

namespace vicinal::index {

namespace {

// From statfs(2) and linux/magic.h.
constexpr uint64_t kNinePeas = 0x01021997;
constexpr uint64_t kFuse = 0x65735546;
constexpr std::array<uint64_t, 8> kNetworkTypes = {0x6969,     0x517B,     0xFF534D42, 0xFE534D42,
                                                   0x5346414F, 0x00C36400, 0x73757245, 0x564C};
constexpr std::array<std::string_view, 12> kNetworkNames = {
    "fuse.sshfs",     "fuse.rclone", "fuse.s3fs",   "fuse.gcsfuse",  "fuse.glusterfs", "fuse.ceph",
    "fuse.curlftpfs", "fuse.davfs2", "fuse.goofys", "fuse.smbnetfs", "fuse.mount-s3",  "fuse.juicefs"};

Result<uint64_t> type_of(const std::string& path) {
  struct statfs status = {};
  if (::statfs(path.c_str(), &status) != 0)
    return base::system_error("the file system cannot be examined", path, errno);
  return static_cast<uint64_t>(static_cast<uint32_t>(status.f_type));
}

// The type's name in /proc/self/mountinfo for the device that holds the path; empty when it is not listed.
// A line: id parent major:minor root mount-point options … - type source options (proc_pid_mountinfo(5)).
std::string mounted_type(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return {};
  const std::string device = std::to_string(major(status.st_dev)) + ":" + std::to_string(minor(status.st_dev));
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string id, parent, number, word;
    words >> id >> parent >> number;
    if (number != device) continue;
    while (words >> word && word != "-") {
    }
    words >> word;
    return word;
  }
  return {};
}

Error refused(const std::string& folder, const std::string& type) {
  return Error(Code::unsupported, "a collection cannot live on a network file system: use a local disk")
      .with("path", folder)
      .with("type", type);
}

}  // namespace

bool is_network_type(uint64_t f_type) {
  return f_type == kNinePeas || std::ranges::find(kNetworkTypes, f_type) != kNetworkTypes.end();
}

bool is_network_name(std::string_view type) { return std::ranges::find(kNetworkNames, type) != kNetworkNames.end(); }

Result<> require_local_disk(const std::string& folder) {
  VICINAL_TRY(const uint64_t type, type_of(folder));
  if (type == kNinePeas) {
    // Virtual machines have 9p as their root; there it is the local disk.
    VICINAL_TRY(const uint64_t root, type_of("/"));
    if (root == kNinePeas) return {};
  }
  if (is_network_type(type)) return refused(folder, std::to_string(type));
  if (type != kFuse) return {};
  const std::string name = mounted_type(folder);
  return is_network_name(name) ? Result<>(refused(folder, name)) : Result<>();
}

}  // namespace vicinal::index
