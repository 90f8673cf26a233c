#include "read/walk.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "read/ignore_rules.h"

namespace vicinal::read {
namespace {

constexpr size_t kMaxIgnoreFile = size_t{1} << 20;
constexpr const char* kIgnoreFiles[] = {".gitignore", ".ignore"};  // the later one has the last word

using Identity = std::pair<dev_t, ino_t>;
Identity identity_of(const struct stat& status) { return {status.st_dev, status.st_ino}; }

std::string reason_of(int error_number) { return base::system_error("", "", error_number).data()[1].second; }

std::string join(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder.ends_with('/') ? folder + name : folder + "/" + name;
}

std::optional<std::string> real_path(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> resolved(::realpath(path.c_str(), nullptr), std::free);
  if (resolved == nullptr) return std::nullopt;
  return std::string(resolved.get());
}

/// A folder on the way down, with the rules that lie in it. Folders above the root come first.
struct Folder {
  const Folder* parent = nullptr;
  std::string path, relative;
  std::string lead = {};  ///< of one above the root: the way from there to the root, with "/" after it
  IgnoreRules rules[std::size(kIgnoreFiles)] = {};
};

std::string folder_above(const std::string& path) { return path.substr(0, std::max<size_t>(path.rfind('/'), 1)); }

/// The folders above `root` whose rules count, nearest first: up to the top of the repository that the root lies in,
/// and up to `top` where that is one of them.
std::vector<std::string> folders_above(const std::string& root, const std::string& top) {
  const auto is_repository = [](const std::string& folder) {
    return ::access(join(folder, ".git").c_str(), F_OK) == 0;
  };
  std::vector<std::string> above;
  size_t counted = 0;
  bool found = is_repository(root);
  for (std::string folder = root; folder != "/";) {
    folder = folder_above(folder);
    above.push_back(folder);
    const bool is_top = !found && is_repository(folder);
    if (is_top || folder == top) counted = above.size();
    found = found || is_top;
  }
  above.resize(counted);
  return above;
}

/// The nearest folder whose rules say anything decides.
bool ignored(const Folder* folder, const std::string& relative, bool is_folder) {
  for (; folder != nullptr; folder = folder->parent) {
    const size_t skip = folder->relative.empty() ? 0 : folder->relative.size() + 1;
    const std::string path = folder->lead + relative.substr(skip);
    for (auto rules = std::rbegin(folder->rules); rules != std::rend(folder->rules); ++rules) {
      if (rules->empty()) continue;
      if (const auto said = rules->ignored(path, is_folder)) return *said;
    }
  }
  return false;
}

class Walker {
 public:
  Walker(std::string root, std::string real_root, std::string top)
      : root_(std::move(root)), real_root_(std::move(real_root)), top_(std::move(top)) {}

  Result<WalkResult> run() {
    struct stat status = {};
    if (::stat(root_.c_str(), &status) != 0) return base::system_error("cannot open the folder", root_, errno);
    folders_seen_.insert(identity_of(status));
    if (const int error = enter(load_above(), root_, ""); error != 0) {
      return base::system_error("cannot read the folder", root_, error);
    }
    follow_links();
    std::sort(result_.files.begin(), result_.files.end(),
              [](const FoundFile& a, const FoundFile& b) { return a.relative < b.relative; });
    return std::move(result_);
  }

 private:
  struct Link {
    std::shared_ptr<const Folder> folder;
    std::string name;
  };

  /// The nearest folder above the root, linked to those above it; null where none counts.
  std::shared_ptr<const Folder> load_above() {
    const std::vector<std::string> above = folders_above(real_root_, top_);
    std::shared_ptr<const Folder> nearest;
    for (auto path = above.rbegin(); path != above.rend(); ++path) {
      const auto folder = std::make_shared<Folder>(Folder{.parent = nearest.get(), .path = *path, .relative = ""});
      folder->lead = real_root_.substr(path->ends_with('/') ? path->size() : path->size() + 1) + '/';
      load_rules(*folder);
      folders_.push_back(folder);
      nearest = folder;
    }
    return nearest;
  }

  /// Takes what is in a folder, then what is below. Returns the system's error when it cannot be listed.
  int enter(std::shared_ptr<const Folder> parent, const std::string& path, const std::string& relative) {
    std::vector<std::string> names;
    if (const int error = list(path, names); error != 0) return error;
    const auto folder = std::make_shared<Folder>(Folder{.parent = parent.get(), .path = path, .relative = relative});
    load_rules(*folder);
    folders_.push_back(folder);
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) look_at(folder, name);
    return 0;
  }

  /// The visible names in a folder.
  static int list(const std::string& path, std::vector<std::string>& names) {
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), ::closedir);
    if (folder == nullptr) return errno;
    errno = 0;
    while (const dirent* entry = ::readdir(folder.get())) {
      if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
      errno = 0;
    }
    return errno;
  }

  void load_rules(Folder& folder) {
    for (size_t i = 0; i < std::size(kIgnoreFiles); ++i) {
      const std::string path = join(folder.path, kIgnoreFiles[i]);
      struct stat status = {};
      if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
      if (const auto text = base::read_file(path, kMaxIgnoreFile)) {
        folder.rules[i] = IgnoreRules::parse(*text);
      } else {
        result_.skipped.push_back({path, "ignore file cannot be read"});
      }
    }
  }

  void look_at(const std::shared_ptr<const Folder>& folder, const std::string& name) {
    struct stat status = {};
    if (::lstat(join(folder->path, name).c_str(), &status) != 0) {
      if (errno != ENOENT) unreadable(folder->relative, errno);  // ENOENT: it vanished meanwhile
    } else if (S_ISLNK(status.st_mode)) {
      links_.push_back({folder, name});
    } else {
      take(folder, name, status);
    }
  }

  void take(const std::shared_ptr<const Folder>& folder, const std::string& name, const struct stat& status) {
    const std::string relative = join(folder->relative, name);
    if (ignored(folder.get(), relative, S_ISDIR(status.st_mode))) return;
    if (S_ISDIR(status.st_mode)) {
      take_folder(folder, name, status);
    } else if (S_ISREG(status.st_mode)) {
      files_seen_.insert(identity_of(status));
      result_.files.push_back({join(folder->path, name), relative, base::to_stamp(status)});
    } else {
      skip(relative, "not a regular file");
    }
  }

  void take_folder(const std::shared_ptr<const Folder>& folder, const std::string& name, const struct stat& status) {
    if (!folders_seen_.insert(identity_of(status)).second) return;
    const std::string relative = join(folder->relative, name);
    const int error = enter(folder, join(folder->path, name), relative);
    if (error != 0 && error != ENOENT) unreadable(relative, error);
  }

  /// Links come last, so that a file is known by its own name where it has one inside the root.
  void follow_links() {
    for (size_t i = 0; i < links_.size(); ++i) {
      const Link link = links_[i];  // a copy: following adds further links
      follow(link.folder, link.name);
    }
  }

  void follow(const std::shared_ptr<const Folder>& folder, const std::string& name) {
    const std::string relative = join(folder->relative, name), path = join(folder->path, name);
    struct stat status = {};
    if (::stat(path.c_str(), &status) != 0) {
      const int error = errno;
      if (!ignored(folder.get(), relative, false))
        skip(relative, error == ENOENT ? "broken link" : "link: " + reason_of(error));
      return;
    }
    if (ignored(folder.get(), relative, S_ISDIR(status.st_mode))) return;
    if (!inside_root(path)) return skip(relative, "link leads out of the folder");
    const bool is_folder = S_ISDIR(status.st_mode);
    if (!is_folder && files_seen_.contains(identity_of(status))) return;
    take(folder, name, status);
  }

  bool inside_root(const std::string& path) const {
    const auto real = real_path(path);
    const std::string prefix = real_root_.ends_with('/') ? real_root_ : real_root_ + "/";
    return real && (*real == real_root_ || real->starts_with(prefix));
  }

  void skip(const std::string& relative, const std::string& reason) {
    result_.skipped.push_back({join(root_, relative), reason});
  }

  void unreadable(const std::string& relative, int error) {
    result_.complete = false;
    auto& known = result_.unreadable;
    if (std::find(known.begin(), known.end(), relative) != known.end()) return;
    known.push_back(relative);
    result_.skipped.push_back(
        {relative.empty() ? root_ : join(root_, relative), "folder cannot be read: " + reason_of(error)});
  }

  std::string root_, real_root_, top_;
  WalkResult result_;
  std::vector<std::shared_ptr<const Folder>> folders_;  ///< keeps the parents of queued links alive
  std::set<Identity> folders_seen_, files_seen_;
  std::vector<Link> links_;
};

Result<WalkResult> one_file(const std::string& path, const struct stat& status) {
  if (!S_ISREG(status.st_mode)) {
    return Error(Code::unsupported, "neither a folder nor a regular file").with("path", path);
  }
  WalkResult result;
  result.files.push_back({path, path.substr(path.find_last_of('/') + 1), base::to_stamp(status)});
  return result;
}

}  // namespace

Result<WalkResult> walk(const std::string& root, const std::string& top) {
  struct stat status = {};
  if (::stat(root.c_str(), &status) != 0) return base::system_error("cannot find the file or folder", root, errno);
  if (!S_ISDIR(status.st_mode)) return one_file(root, status);
  const auto real = real_path(root);
  if (!real) return base::system_error("cannot resolve the folder", root, errno);
  return Walker(root, *real, top).run();
}

}  // namespace vicinal::read
