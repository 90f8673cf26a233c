#pragma once
/// A model's name or path into the folder that holds it.

#include <string>
#include <string_view>

#include "base/check.h"
#include "engine/catalogue.h"

namespace vicinal::engine {

struct ResolvedModel {
  std::string path;  ///< absolute folder
  std::string name;  ///< what to store so that it is found again: a folder name below models_folder(), or `path`
  const CatalogueEntry* entry = nullptr;  ///< null when the catalogue does not know it
};

/// Looks in this order: known names and aliases among the installed models, installed folders that the catalogue does
/// not know, paths. An empty name is the default model. Errors: not_found (with the closest names, or the command that
/// installs it), unsupported (known, not installed, and this version could not run it).
Result<ResolvedModel> resolve_model(std::string_view name_or_path);

/// not_found with "model" and "suggestions": the closest names of the catalogue; where there are none, with `fix`.
Error unknown_name(std::string message, const std::string& name, std::string_view fix);

/// Where a catalogue entry is installed, whether it is there or not.
std::string install_path(const CatalogueEntry& entry);

/// True if the folder has a config.json.
bool is_model_folder(const std::string& path);

}  // namespace vicinal::engine
