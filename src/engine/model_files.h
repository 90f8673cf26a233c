#pragma once
/// The files that make up a published model folder, and finding such a folder.

#include <string>
#include <string_view>

#include "base/check.h"
#include "vicinal/progress.h"

namespace vicinal::engine {

struct ModelFile {
  std::string_view name;
  bool required;
};

/// What is taken from a hub or from a folder. Small files come first, so that a wrong address shows early.
inline constexpr ModelFile kModelFiles[] = {
    {"config.json", true},
    {"tokenizer.json", true},
    {"tokenizer_config.json", false},
    {"special_tokens_map.json", false},
    {"vocab.txt", false},
    {"modules.json", false},
    {"1_Pooling/config.json", false},
    {"sentence_bert_config.json", false},
    {"config_sentence_transformers.json", false},
    {"README.md", false},
    {"LICENSE", false},
    {"model.safetensors", true},
};

/// Copies them from one folder to another, links followed. not_found names the first required file that is missing.
Result<> copy_model_files(const std::string& from, const std::string& to, const Watch& watch);

/// The folder at or below `root` that holds config.json, tokenizer.json and weights: `inside` when it is not empty,
/// else the one nearest to the root. A single *.safetensors of another name is renamed to model.safetensors.
/// unsupported when there is none, naming what is missing.
Result<std::string> locate_model(const std::string& root, const std::string& inside);

/// The only *.onnx file at or below `root`; unsupported when there is none, or more than one.
Result<std::string> locate_onnx(const std::string& root);

/// The tokenizer.json that belongs to an ONNX export: tokenizer.json or NAME-tokenizer.json beside NAME.onnx, or
/// tokenizer.json one folder above. not_found.
Result<std::string> tokenizer_beside(const std::string& onnx);

}  // namespace vicinal::engine
