#include "vicinal/models.h"

#include "engine/catalogue.h"
#include "engine/resolve_model.h"

namespace vicinal {
inline namespace v0 {

std::vector<ModelInfo> list_models() {
  std::vector<ModelInfo> models;
  for (const engine::CatalogueEntry& entry : engine::catalogue()) {
    models.push_back(entry.info);
    const std::string path = engine::install_path(entry);
    if (engine::is_model_folder(path)) models.back().path = path;
  }
  return models;
}

Result<std::string> find_model(std::string_view name_or_path) {
  VICINAL_TRY(engine::ResolvedModel model, engine::resolve_model(name_or_path));
  return std::move(model.path);
}

}  // namespace v0
}  // namespace vicinal
