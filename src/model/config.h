#pragma once
/// Parsers of a model folder's JSON files, from text: what the folder says, range-checked. None of them trusts its
/// input.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "model/folder.h"

namespace vicinal::model {

/// config.json. corrupt: not JSON, or a shape that makes no sense (each error names the member and its value).
/// unsupported: another model_type, activation, or kind of positions, by name.
Result<EncoderConfig> parse_encoder_config(std::string_view json);

/// modules.json: what follows the transformer.
struct Modules {
  bool has_pooling = false;
  std::string pooling_path;  ///< relative folder of the pooling module's config.json
  bool normalise = false;
};
Result<Modules> parse_modules(std::string_view json);

/// 1_Pooling/config.json, with one of the modes mean, cls, last.
Result<Pooling> parse_pooling(std::string_view json);

/// A limit in tokens from sentence_bert_config.json (max_seq_length) or tokenizer_config.json (model_max_length);
/// nothing where the member is absent, null, or a stand-in for "none" (published files hold 10^30).
Result<std::optional<size_t>> parse_token_limit(std::string_view json, std::string_view member);

/// sentence_bert_config.json, do_lower_case; false where the member is absent.
Result<bool> parse_lower_case(std::string_view json);

struct Prompts {
  std::map<std::string, std::string> by_name;
  std::string default_name;
};
/// config_sentence_transformers.json.
Result<Prompts> parse_prompts(std::string_view json);

}  // namespace vicinal::model
