#pragma once
/// Writes what a model folder says about itself: the files that ModelFolder::open reads, as sentence-transformers has
/// them. Weights and tokenizer are written by others.

#include <optional>
#include <string>

#include "model/folder.h"

namespace vicinal::model {

/// What tokenizer_config.json repeats of tokenizer.json, because the transformers library lets the former win.
struct TokenizerTraits {
  bool lower_case = true;
  bool split_chinese = true;
  std::optional<bool> strip_accents;  ///< nothing: as lower_case
};

/// Writes config.json, modules.json, 1_Pooling/config.json, sentence_bert_config.json, tokenizer_config.json and, where
/// there are prompts, config_sentence_transformers.json into the folder `model.path`, which exists. `model.lower_case`
/// is not written: converted models leave it to the tokenizer. The same model makes the same bytes.
Result<> write_model_files(const ModelFolder& model, const TokenizerTraits& tokenizer);

}  // namespace vicinal::model
