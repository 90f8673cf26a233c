#include "embed/remembered_digest.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>

#include "base/digest.h"
#include "base/file.h"
#include "base/user_folders.h"

namespace vicinal::embed {
namespace {

constexpr size_t kDigits = 64;
constexpr size_t kMaxLine = 4096;
// A second write within one tick of the clock leaves the stamp as it was: coarse for times that programs set, fine
// for the system's own.
constexpr std::chrono::nanoseconds kModifiedTick = std::chrono::seconds(2);
constexpr std::chrono::nanoseconds kChangedTick = std::chrono::milliseconds(50);

std::string entry_folder() { return base::cache_folder() + "/digests"; }

std::string entry_path(const base::FileStamp& stamp) {
  return entry_folder() + "/" + std::to_string(stamp.device) + "-" + std::to_string(stamp.inode);
}

std::string stamp_text(const base::FileStamp& stamp) {
  return "2 " + std::to_string(stamp.size) + " " + std::to_string(stamp.modified_ns) + " " +
         std::to_string(stamp.changed_ns) + " ";
}

std::string entry_text(const base::FileStamp& stamp, const std::string& digest) {
  const std::string line = stamp_text(stamp) + digest;
  return line + " " + std::to_string(base::xxh3_64(line)) + "\n";
}

/// The digest of an entry that is, byte for byte, what would be written for this stamp.
std::optional<std::string> recall(const base::FileStamp& stamp) {
  const auto text = base::read_file(entry_path(stamp), kMaxLine);
  const size_t begin = stamp_text(stamp).size();
  if (!text || text->size() < begin + kDigits) return std::nullopt;
  const std::string digest = text->substr(begin, kDigits);
  if (*text != entry_text(stamp, digest)) return std::nullopt;
  return digest;
}

bool settled(const base::FileStamp& stamp) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return now - std::chrono::nanoseconds(stamp.modified_ns) > kModifiedTick &&
         now - std::chrono::nanoseconds(stamp.changed_ns) > kChangedTick;
}

void remember(const base::FileStamp& stamp, const std::string& digest) {
  std::error_code failure;
  std::filesystem::create_directories(entry_folder(), failure);
  if (failure) return;
  // A cache that cannot be written costs time, nothing else.
  const auto written = base::write_file_atomic(entry_path(stamp), entry_text(stamp, digest));
  static_cast<void>(written);
}

}  // namespace

bool is_remembered(const std::string& path) {
  const auto stamp = base::stamp_file(path);
  return stamp && recall(*stamp);
}

Result<std::string> remembered_sha256(const std::string& path) {
  VICINAL_TRY(const base::FileStamp before, base::stamp_file(path));
  if (auto digest = recall(before)) return *std::move(digest);
  VICINAL_TRY(std::string digest, base::sha256_file(path));
  VICINAL_TRY(const base::FileStamp after, base::stamp_file(path));
  if (before == after && settled(after)) remember(after, digest);
  return digest;
}

}  // namespace vicinal::embed
