#include "engine/model_files.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <vector>

#include "base/file.h"

namespace vicinal::engine {
namespace fs = std::filesystem;
namespace {

constexpr size_t kMaxFolders = 10'000;

std::vector<fs::path> files_in(const fs::path& folder, std::string_view extension) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (at->path().extension() == extension) files.push_back(at->path());
  return files;
}

std::vector<fs::path> weights_in(const fs::path& folder) { return files_in(folder, ".safetensors"); }

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

Result<std::string> locate_onnx(const std::string& root) {
  std::vector<fs::path> found;
  for (const fs::path& folder : folders_below(root))
    std::ranges::move(files_in(folder, ".onnx"), std::back_inserter(found));
  if (found.size() == 1) return found[0].string();
  return Error(Code::unsupported, "there is not one ONNX export inside").with("files", found.size());
}

Result<std::string> tokenizer_beside(const std::string& onnx) {
  const fs::path file(onnx), folder = file.parent_path();
  const std::string own = file.stem().string() + "-tokenizer.json";
  for (const fs::path& candidate : {folder / own, folder / "tokenizer.json", folder / ".." / "tokenizer.json"}) {
    std::error_code error;
    if (fs::is_regular_file(candidate, error)) return candidate.string();
  }
  return Error(Code::not_found, "no tokenizer.json belongs to this ONNX export")
      .with("onnx", onnx)
      .with("fix", "--tokenizer FILE names its tokenizer.json");
}

}  // namespace vicinal::engine
