#pragma once
/// Model folders out of ONNX exports: what the export says, what the catalogue and the caller add.

#include <string>

#include "base/check.h"
#include "model/folder.h"
#include "vicinal/models.h"

namespace vicinal::engine {

struct ConvertJob {
  std::string onnx;
  std::string tokenizer;  ///< a tokenizer.json
  std::string known_as;   ///< the catalogue's id; empty for an unknown model
  model::Pooling pooling = model::Pooling::mean;
  bool normalise = true;
  std::string query_prompt, document_prompt;
  size_t max_tokens = 0;  ///< 0: the encoder's positions
  size_t heads = 0;       ///< 0: as the graph says
  size_t dimensions = 0;  ///< 0: any; else what the export must have
};

/// Fills in from the catalogue what the options leave open; `onnx_sha256` finds the model there when no name is given.
/// not_found: the name is unknown, or there is no tokenizer; invalid_argument: pooling must be named.
Result<ConvertJob> plan_convert(const std::string& onnx, std::string_view onnx_sha256, const ConvertOptions& options);

/// Makes the folder, which must not exist, and uses it once. Errors as of convert_model.
Result<model::ModelFolder> run_convert(const ConvertJob& job, const std::string& folder, const Watch& watch);

}  // namespace vicinal::engine
