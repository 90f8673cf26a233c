#pragma once
/// The architectures that this version runs: one row each. A new one is arch/<name>.{h,cpp}, its test, and a row.

#include <memory>
#include <string>
#include <string_view>

#include "model/encoder.h"

namespace vicinal::model {

class Checkpoint;

struct Architecture {
  std::string_view model_type;  ///< as config.json names it: "bert", "mpnet"
  std::string_view prefix;      ///< may stand before every tensor's name
  bool token_types;             ///< words have one of a few types beside their position
  int32_t padding_row;          ///< as in EncoderConfig
  Result<std::unique_ptr<Encoder>> (*load)(const ModelFolder& folder, Checkpoint checkpoint, kernels::WeightType type);
};

/// Null where there is none of that name.
const Architecture* find_architecture(std::string_view model_type);

/// "bert, mpnet": for messages.
std::string architecture_names();

}  // namespace vicinal::model
