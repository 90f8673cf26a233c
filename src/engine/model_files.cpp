#include "engine/model_files.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "base/file.h"

namespace vicinal::engine {
namespace fs = std::filesystem;
namespace {

constexpr size_t kMaxFolders = 10'000;

std::vector<fs::path> weights_in(const fs::path& folder) {
  std::vector<fs::path> weights;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (at->path().extension() == ".safetensors") weights.push_back(at->path());
  return weights;
}

bool has_configuration(const fs::path& folder) {
  std::error_code error;
  return fs::is_regular_file(folder / "config.json", error) && fs::is_regular_file(folder / "tokenizer.json", error);
}

/// All folders at and below the root, nearest first, then by name.
std::vector<fs::path> folders_below(const fs::path& root) {
  std::vector<fs::path> folders = {root};
  for (size_t i = 0; i < folders.size() && folders.size() < kMaxFolders; ++i) {
    std::vector<fs::path> children;
    std::error_code error;
    for (fs::directory_iterator at(folders[i], error), end; !error && at != end; at.increment(error))
      if (at->is_directory() && !at->is_symlink()) children.push_back(at->path());
    std::ranges::sort(children);
    folders.insert(folders.end(), children.begin(), children.end());
  }
  return folders;
}

Result<std::string> with_plain_weights(const fs::path& folder) {
  std::error_code error;
  const fs::path wanted = folder / "model.safetensors";
  const std::vector<fs::path> weights = weights_in(folder);
  if (fs::is_regular_file(wanted, error)) return folder.string();
  if (weights.size() != 1)
    return Error(Code::unsupported, "the model's weights are not one .safetensors file").with("files", weights.size());
  fs::rename(weights[0], wanted, error);
  if (error) return base::system_error("the weights cannot be renamed", weights[0].string(), error.value());
  return folder.string();
}

}  // namespace

Result<> copy_model_files(const std::string& from, const std::string& to, const Watch& watch) {
  for (const ModelFile& file : kModelFiles) {
    if (watch.stop.stop_requested()) return Error(Code::interrupted, "stopped");
    const fs::path source = fs::path(from) / file.name, target = fs::path(to) / file.name;
    std::error_code error;
    if (!fs::is_regular_file(source, error)) {
      if (!file.required) continue;
      return Error(Code::not_found, "the folder is no model folder: a file is missing").with("path", source.string());
    }
    fs::create_directories(target.parent_path(), error);
    fs::copy_file(source, target, error);
    if (error) return base::system_error("the file cannot be copied", source.string(), error.value());
    VICINAL_TRY(base::File copied, base::File::open(target.string(), base::File::Mode::read_write));
    VICINAL_TRY_VOID(copied.sync());
  }
  return {};
}

Result<std::string> locate_model(const std::string& root, const std::string& inside) {
  if (!inside.empty()) {
    if (has_configuration(fs::path(root) / inside)) return with_plain_weights(fs::path(root) / inside);
    return Error(Code::corrupt, "the archive does not hold the model where it should").with("inside", inside);
  }
  for (const fs::path& folder : folders_below(root))
    if (has_configuration(folder) && !weights_in(folder).empty()) return with_plain_weights(folder);
  return Error(Code::unsupported,
               "no model inside: want a folder with config.json, tokenizer.json and a .safetensors file");
}

}  // namespace vicinal::engine
