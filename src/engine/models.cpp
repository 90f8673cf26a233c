#include "vicinal/models.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "base/user_folders.h"
#include "engine/catalogue.h"
#include "engine/resolve_model.h"
#include "model/arch/registry.h"
#include "model/folder.h"

namespace vicinal {
inline namespace v0 {

namespace {
namespace fs = std::filesystem;

/// What a folder says about itself; one that cannot be read is listed all the same, as not runnable.
ModelInfo info_of_folder(const fs::path& path) {
  ModelInfo info;
  info.id = path.filename().string();
  info.path = path.string();
  const auto folder = model::ModelFolder::open(info.path);
  if (!folder) return info;
  info.architecture = folder->encoder.architecture;
  info.dimensions = folder->encoder.hidden;
  info.max_tokens = folder->max_tokens;
  info.pooling = model::pooling_name(folder->pooling);
  info.normalised = folder->normalise;
  info.query_prompt = folder->query_prompt();
  info.document_prompt = folder->document_prompt();
  info.runnable = model::find_architecture(info.architecture) != nullptr;
  return info;
}

/// Installed folders that no entry of the catalogue is installed in, by name.
std::vector<fs::path> folders_of_no_entry() {
  std::vector<fs::path> folders;
  std::error_code error;
  for (fs::directory_iterator at(base::models_folder(), error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    const bool known = std::ranges::any_of(engine::catalogue(), [&](const auto& e) { return e.folder_name() == name; });
    if (!known && !name.starts_with('.') && engine::is_model_folder(at->path().string())) folders.push_back(at->path());
  }
  std::ranges::sort(folders);
  return folders;
}

}  // namespace

std::vector<ModelInfo> list_models() {
  std::vector<ModelInfo> models;
  for (const engine::CatalogueEntry& entry : engine::catalogue()) {
    models.push_back(entry.info);
    const std::string path = engine::install_path(entry);
    if (engine::is_model_folder(path)) models.back().path = path;
  }
  std::ranges::transform(folders_of_no_entry(), std::back_inserter(models), info_of_folder);
  return models;
}

Result<std::string> find_model(std::string_view name_or_path) {
  VICINAL_TRY(engine::ResolvedModel model, engine::resolve_model(name_or_path));
  return std::move(model.path);
}

}  // namespace v0
}  // namespace vicinal
