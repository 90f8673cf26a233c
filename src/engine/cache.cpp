#include "vicinal/cache.h"

#include <algorithm>
#include <filesystem>

#include "base/digest.h"
#include "base/file.h"
#include "base/json.h"
#include "base/user_folders.h"
#include "engine/resolve_model.h"
#include "engine/scopes.h"
#include "vicinal/collection.h"

namespace vicinal {
inline namespace v0 {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kCollections = "collections";
constexpr std::string_view kDigests = "digests";
constexpr std::string_view kPacked = "packed";

size_t bytes_below(const fs::path& path) {
  std::error_code error;
  if (fs::is_regular_file(path, error)) return fs::file_size(path, error);
  size_t bytes = 0;
  for (fs::recursive_directory_iterator at(path, fs::directory_options::skip_permission_denied, error), end;
       !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->is_regular_file(ignored)) bytes += at->file_size(ignored);
  }
  return bytes;
}

std::vector<fs::path> children(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    paths.push_back(at->path());
  std::ranges::sort(paths);
  return paths;
}

/// The paths that a kept collection mirrors, as its paths.json says.
std::string mirrored_paths(const fs::path& entry) {
  const auto text = base::read_file((entry / "paths.json").string(), size_t{1} << 20);
  if (!text) return "";
  const auto tree = base::Json::parse(*text);
  if (!tree || (*tree)["paths"].array() == nullptr) return "";
  std::string joined;
  for (const base::Json& path : *(*tree)["paths"].array()) joined += (joined.empty() ? "" : " ") + path.string_or("");
  return joined;
}

/// Of DIGEST-LEVEL-PRECISION (model/packed_cache.h), as "DIGEST, avx512, int8".
std::string packed_detail(const std::string& name) {
  const size_t level = name.find('-'), precision = name.rfind('-');
  if (level == precision) return "";
  return name.substr(0, level) + ", " + name.substr(level + 1, precision - level - 1) + ", " +
         name.substr(precision + 1);
}

/// "model digest" for what remembers the digest of a weights file.
std::string folder_of(std::string_view kind) { return base::cache_folder() + "/" + std::string(kind); }

Result<> check_there(const std::vector<std::string>& paths) {
  std::error_code error;
  for (const std::string& path : paths)
    if (!fs::exists(path, error)) return Error(Code::not_found, "there is no such file or folder").with("path", path);
  return {};
}

}  // namespace

std::string cache_directory() { return base::cache_folder(); }

Result<std::vector<CacheEntry>> list_cache() {
  std::vector<CacheEntry> entries;
  for (const fs::path& path : children(folder_of(kCollections)))
    entries.push_back({"collection", (path / "collection").string(), mirrored_paths(path), bytes_below(path)});
  for (const fs::path& path : children(folder_of(kDigests)))
    entries.push_back({"model digest", path.string(), "", bytes_below(path)});
  for (const fs::path& path : children(folder_of(kPacked)))
    entries.push_back({"packed weights", path.string(), packed_detail(path.filename().string()), bytes_below(path)});
  return entries;
}

Result<size_t> clear_cache() {
  size_t freed = 0;
  // Only what the program put there: the folder may have been set to one that holds other things too.
  for (const std::string_view kind : {kCollections, kDigests, kPacked}) {
    const fs::path folder = folder_of(kind);
    freed += bytes_below(folder);
    std::error_code error;
    fs::remove_all(folder, error);
    if (error) return base::system_error("the cache cannot be deleted", folder.string(), error.value());
  }
  return freed;
}

Result<std::string> cached_collection_path(const std::vector<std::string>& paths, const CollectionOptions& options) {
  std::vector<std::string> absolute;
  for (const std::string& path : paths) absolute.push_back(engine::canonical_path(path));
  std::ranges::sort(absolute);
  VICINAL_TRY(const engine::ResolvedModel model, engine::resolve_model(options.model));
  base::JsonWriter out;
  out.begin_object().key("paths").begin_array();
  for (const std::string& path : absolute) out.string(path);
  out.end_array().key("model").string(model.name);
  out.key("max_tokens").number(uint64_t{options.embedder.max_tokens});
  out.key("chunk").string(options.chunk.value_or(ChunkSpec()).to_string()).end_object();
  const std::string entry = folder_of(kCollections) + "/" + base::to_hex(base::xxh3_128(out.text())).substr(0, 20);
  std::error_code ignored;  // `cache list` would show no paths; nothing else depends on it
  if (!fs::exists(entry + "/paths.json", ignored)) {
    VICINAL_TRY_VOID(check_there(absolute));
    fs::create_directories(entry, ignored);
    static_cast<void>(base::write_file_atomic(entry + "/paths.json", out.text()));
  }
  return entry + "/collection";
}

}  // namespace v0
}  // namespace vicinal
