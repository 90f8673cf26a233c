#include "engine/resolve_model.h"

#include <filesystem>

#include "base/user_folders.h"

namespace vicinal::engine {
namespace {

std::string absolute(const std::string& path) {
  std::error_code error;
  const auto full = std::filesystem::weakly_canonical(path, error);
  return error ? path : full.string();
}

Error not_installed(const CatalogueEntry& entry) {
  if (!entry.info.runnable)
    return Error(Code::unsupported, "this model is known, but this version does not run its kind")
        .with("model", entry.info.id)
        .with("kind", entry.kind)
        .with("architecture", entry.info.architecture);
  return Error(Code::not_found, "the model is not installed")
      .with("model", entry.info.id)
      .with("looked_in", install_path(entry))
      .with("fix", "vicinal pull " + entry.folder_name());
}

bool plain_name(const std::string& name) { return !name.starts_with('.') && name.find('/') == std::string::npos; }

}  // namespace

Error unknown_name(std::string message, const std::string& name, std::string_view fix) {
  Error error(Code::not_found, std::move(message));
  error.with("model", name);
  std::string closest;
  for (const std::string& candidate : closest_models(name)) closest += (closest.empty() ? "" : ", ") + candidate;
  error.with("suggestions", closest);  // also when there are none: the key says that the name is unknown
  if (closest.empty()) error.with("fix", fix);
  return error;
}

bool is_model_folder(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path + "/config.json", error);
}

std::string install_path(const CatalogueEntry& entry) { return base::models_folder() + "/" + entry.folder_name(); }

Result<ResolvedModel> resolve_model(std::string_view name_or_path) {
  const std::string name(name_or_path.empty() ? kDefaultModel : name_or_path);
  const CatalogueEntry* entry = find_entry(name);
  if (entry != nullptr && is_model_folder(install_path(*entry)))
    return ResolvedModel{install_path(*entry), entry->folder_name(), entry};
  if (plain_name(name) && is_model_folder(base::models_folder() + "/" + name))
    return ResolvedModel{base::models_folder() + "/" + name, name, nullptr};
  if (is_model_folder(name)) {
    const std::string path = absolute(name);
    return ResolvedModel{path, path, find_entry(std::filesystem::path(path).filename().string())};
  }
  if (entry != nullptr) return not_installed(*entry);
  return unknown_name("no model of this name is known, installed, or a folder with a config.json", name,
                      "vicinal models lists names");
}

}  // namespace vicinal::engine
