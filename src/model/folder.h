#pragma once
/// What a model folder says about itself: config.json, modules.json, 1_Pooling/config.json,
/// sentence_bert_config.json, config_sentence_transformers.json, tokenizer_config.json. Weights are not read here.
///
/// The token limit is sentence_bert_config.json's max_seq_length, else tokenizer_config.json's model_max_length
/// (when sane), else the positions of the model; never more than its positions.

#include <cstddef>
#include <map>
#include <string>

#include "base/check.h"
#include "kernels/table.h"

namespace vicinal::model {

enum class Pooling { mean, cls, last };

/// The encoder's shape, from config.json. Ranges are checked: a hostile config cannot ask for absurd memory.
struct EncoderConfig {
  std::string architecture;  ///< model_type: "bert" …
  size_t layers = 0;
  size_t hidden = 0;
  size_t heads = 0;
  size_t intermediate = 0;
  size_t vocabulary = 0;
  size_t positions = 0;      ///< tokens that a text may have
  int32_t padding_row = -1;  ///< of the positions' table: see position_rows
  size_t token_types = 0;    ///< 0: the architecture has none
  float layer_norm_eps = 1e-12F;
  kernels::Activation activation = kernels::Activation::gelu_erf;

  /// Rows of the positions' table. A text's first token has the row after padding_row. In architectures that have such
  /// a row it is the padding token's id too, and a padding token within a text has that row and counts for nothing.
  size_t position_rows() const { return positions + first_position_row(); }
  size_t first_position_row() const { return static_cast<size_t>(padding_row + 1); }
};

struct ModelFolder {
  std::string path;
  std::string name;  ///< the folder's own name
  EncoderConfig encoder;
  Pooling pooling = Pooling::mean;
  bool normalise = false;  ///< modules.json lists a Normalize module
  size_t max_tokens = 0;
  bool lower_case = false;  ///< sentence_bert_config.json: texts are to be lower-cased
  std::map<std::string, std::string>
      prompts;  ///< from config_sentence_transformers.json, by name: "query", "document" …
  std::string default_prompt_name;

  /// The prompt of a role: prompts["query"], or prompts["document"], else ["passage"], else the default prompt.
  std::string query_prompt() const;
  std::string document_prompt() const;

  static Result<ModelFolder> open(const std::string& path);
};

std::string_view pooling_name(Pooling pooling);

}  // namespace vicinal::model
