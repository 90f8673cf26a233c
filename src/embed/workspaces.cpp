#include "embed/workspaces.h"

namespace vicinal::embed {
model::Workspace Workspaces::take() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return {};
  model::Workspace workspace = std::move(idle_.back());
  idle_.pop_back();
  return workspace;
}

void Workspaces::give_back(model::Workspace workspace) {
  workspace.shrink_to(kept_bytes_);
  const std::lock_guard lock(mutex_);
  if (idle_.size() < keep_) idle_.push_back(std::move(workspace));
}

}  // namespace vicinal::embed
