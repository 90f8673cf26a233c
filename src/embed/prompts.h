#pragma once
/// The text put before every text of a role. The model's folder knows best; what it leaves empty, the catalogue fills.

#include <string>

#include "model/folder.h"
#include "vicinal/embedder.h"

namespace vicinal::embed {

struct Prompts {
  std::string query, document;

  const std::string& of(Role role) const { return role == Role::query ? query : document; }
};

Prompts choose_prompts(const model::ModelFolder& folder, const Prompts& fallback);

}  // namespace vicinal::embed
