#pragma once
/// Installing a model, with all that decides about it spelled out. `pull_model` fills this in from the catalogue.

#include <string>
#include <vector>

#include "engine/pull_source.h"
#include "vicinal/models.h"

namespace vicinal::engine {

struct PullJob {
  std::string name;                         ///< folder below the models folder
  std::vector<PullSource> sources;          ///< tried in turn while the network is what fails
  std::vector<std::string> weights_sha256;  ///< any of these is genuine; empty: none on record
  ConvertOptions convert;                   ///< for a source that holds an ONNX export: what that does not say
  bool offline = false;
  bool force = false;
};

Result<PulledModel> run_pull(const PullJob& job, const Watch& watch);

/// True when $VICINAL_OFFLINE is set to anything but "" and "0".
bool offline_by_environment();

}  // namespace vicinal::engine
