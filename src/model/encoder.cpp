#include "model/encoder.h"

#include "model/arch/registry.h"
#include "model/checkpoint.h"
#include "model/workspace.h"

namespace vicinal::model {

Workspace::Workspace() : buffers_(std::make_unique<Buffers>()) {}
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;
Workspace::~Workspace() = default;

void Workspace::shrink_to(size_t bytes) {
  if (buffers_->memory.size() > bytes) buffers_->memory = {};
}

Result<std::unique_ptr<Encoder>> Encoder::load(const ModelFolder& folder, kernels::WeightType type,
                                               const kernels::Table& table, const PackedCache& packed) {
  const Architecture* architecture = find_architecture(folder.encoder.architecture);
  if (architecture == nullptr) {
    return Error(Code::unsupported, "the model's architecture is not supported")
        .with("model_type", folder.encoder.architecture)
        .with("supported", architecture_names());
  }
  VICINAL_TRY(Checkpoint checkpoint, Checkpoint::open(folder.path, architecture->prefix, table, packed));
  return architecture->load(folder, std::move(checkpoint), type);
}

}  // namespace vicinal::model
