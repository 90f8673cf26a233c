#include "model/config.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/json.h"
#include "model/arch/registry.h"

namespace vicinal::model {
namespace {

using base::Json;

struct SizeMember {
  std::string_view name;
  size_t least, most;
  std::optional<size_t> fallback;  ///< where the file may leave the member out
};

constexpr size_t kMaxPrompts = 1000;
constexpr size_t kMaxPromptBytes = 64 << 10;
constexpr size_t kMaxSaneLimit = size_t{1} << 20;

Error bad_member(std::string_view name, const Json& value, std::string message) {
  return Error(Code::corrupt, std::move(message)).with("member", name).with("value", value.dump());
}

Result<size_t> read_size(const Json& config, const SizeMember& member) {
  const Json& value = config[member.name];
  if (value.is_null() && member.fallback) return *member.fallback;
  const auto number = value.integer();
  if (number && *number >= static_cast<int64_t>(member.least) && *number <= static_cast<int64_t>(member.most)) {
    return static_cast<size_t>(*number);
  }
  return bad_member(member.name, value, "model config: size is missing or out of range")
      .with("least", member.least)
      .with("most", member.most);
}

Result<float> read_eps(const Json& config) {
  const Json& value = config["layer_norm_eps"];
  const auto eps = static_cast<float>(value.is_null() ? 1e-12 : value.number_or(-1));
  if (std::isnormal(eps) && eps > 0 && eps <= 0.1F) return eps;
  return bad_member("layer_norm_eps", value, "model config: layer_norm_eps is not in (0, 0.1]");
}

/// Names as the transformers library spells them.
Result<kernels::Activation> read_activation(const Json& config) {
  const Json& value = config["hidden_act"];
  const std::string name = value.is_null() ? "gelu" : value.string_or("");
  if (name == "gelu" || name == "gelu_python") return kernels::Activation::gelu_erf;
  if (name == "gelu_new" || name == "gelu_fast" || name == "gelu_pytorch_tanh") return kernels::Activation::gelu_tanh;
  return Error(Code::unsupported, "the model's activation is not one of gelu, gelu_new")
      .with("hidden_act", value.dump());
}

Result<> check_plain_encoder(const Json& config) {
  const std::string positions = config["position_embedding_type"].string_or("absolute");
  if (positions != "absolute") {
    return Error(Code::unsupported, "only absolute position embeddings are supported")
        .with("position_embedding_type", positions);
  }
  if (config["is_decoder"].boolean_or(false)) return Error(Code::unsupported, "the model is a decoder, not an encoder");
  return {};
}

Result<> read_positions(const Json& config, const Architecture& architecture, EncoderConfig& out) {
  out.padding_row = architecture.padding_row;
  const size_t first = out.first_position_row();
  VICINAL_TRY(const size_t rows, read_size(config, {"max_position_embeddings", first + 1, 1 << 20, {}}));
  out.positions = rows - first;
  return {};
}

/// Sums of int8 products stay within 32 bits for 2^16 terms: 255 · 127 · 2^16 < 2^31.
Result<> read_shape(const Json& config, const Architecture& architecture, EncoderConfig& out) {
  VICINAL_TRY(out.layers, read_size(config, {"num_hidden_layers", 1, 1024, {}}));
  VICINAL_TRY(out.hidden, read_size(config, {"hidden_size", 1, 1 << 16, {}}));
  VICINAL_TRY(out.heads, read_size(config, {"num_attention_heads", 1, 1 << 12, {}}));
  VICINAL_TRY(out.intermediate, read_size(config, {"intermediate_size", 1, 1 << 16, {}}));
  VICINAL_TRY(out.vocabulary, read_size(config, {"vocab_size", 1, 1 << 24, {}}));
  VICINAL_TRY_VOID(read_positions(config, architecture, out));
  if (architecture.token_types) {
    VICINAL_TRY(out.token_types, read_size(config, {"type_vocab_size", 1, 1 << 10, 2}));
  }
  if (out.hidden % out.heads == 0) return {};
  return Error(Code::corrupt, "model config: hidden_size is no multiple of num_attention_heads")
      .with("hidden_size", out.hidden)
      .with("num_attention_heads", out.heads);
}

/// "sentence_transformers.models.Pooling", also "sentence_transformers.models.pooling.Pooling": the last word.
std::string module_kind(const Json& module) {
  const std::string type = module["type"].string_or("");
  return type.substr(type.rfind('.') + 1);
}

bool stays_inside(std::string_view path) {
  return !path.starts_with('/') && path.find("..") == std::string_view::npos &&
         path.find('\0') == std::string_view::npos;
}

Result<> read_module(const Json& module, Modules& out) {
  const std::string kind = module_kind(module);
  const std::string path = module["path"].string_or("");
  if (!stays_inside(path))
    return Error(Code::corrupt, "modules.json names a path outside the model").with("path", path);
  if (kind == "Transformer") {
    if (path.empty()) return {};
    return Error(Code::unsupported, "the transformer lies in a folder of its own").with("path", path);
  }
  if (kind == "Normalize") {
    out.normalise = true;
  } else if (kind == "Pooling" && !out.has_pooling) {
    out.has_pooling = true;
    out.pooling_path = path;
  } else {
    return Error(Code::unsupported, "modules.json names a module other than Transformer, Pooling, Normalize")
        .with("type", module["type"].dump());
  }
  return {};
}

struct PoolingMode {
  std::string_view member, name;
  std::optional<Pooling> pooling;
};
constexpr std::array kPoolingModes = {
    PoolingMode{"pooling_mode_mean_tokens", "mean", Pooling::mean},
    PoolingMode{"pooling_mode_cls_token", "cls", Pooling::cls},
    PoolingMode{"pooling_mode_lasttoken", "lasttoken", Pooling::last},
    PoolingMode{"pooling_mode_max_tokens", "max", {}},
    PoolingMode{"pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens", {}},
    PoolingMode{"pooling_mode_weightedmean_tokens", "weightedmean", {}},
};

Error bad_pooling(const Json& config) {
  return Error(Code::unsupported, "pooling is not one of mean, cls, last")
      .with("pooling", config.dump().substr(0, 500));
}

/// Older files hold a flag per mode, newer ones may name the mode.
bool selects(const Json& config, const PoolingMode& mode) {
  return config[mode.member].boolean_or(false) || config["pooling_mode"].string_or("") == mode.name;
}

}  // namespace

Result<EncoderConfig> parse_encoder_config(std::string_view json) {
  VICINAL_TRY(const Json config, Json::parse(json));
  if (!config.is_object()) return Error(Code::corrupt, "model config is no JSON object");
  EncoderConfig out;
  out.architecture = config["model_type"].string_or("");
  const Architecture* architecture = find_architecture(out.architecture);
  if (architecture == nullptr) {
    return Error(Code::unsupported, "the model's architecture is not supported")
        .with("model_type", out.architecture)
        .with("supported", architecture_names());
  }
  VICINAL_TRY_VOID(check_plain_encoder(config));
  VICINAL_TRY_VOID(read_shape(config, *architecture, out));
  VICINAL_TRY(out.layer_norm_eps, read_eps(config));
  VICINAL_TRY(out.activation, read_activation(config));
  return out;
}

Result<Modules> parse_modules(std::string_view json) {
  VICINAL_TRY(const Json list, Json::parse(json));
  if (list.array() == nullptr) return Error(Code::corrupt, "modules.json is no list");
  Modules out;
  for (const Json& module : *list.array()) VICINAL_TRY_VOID(read_module(module, out));
  return out;
}

Result<Pooling> parse_pooling(std::string_view json) {
  VICINAL_TRY(const Json config, Json::parse(json));
  std::optional<Pooling> found;
  for (const PoolingMode& mode : kPoolingModes) {
    if (!selects(config, mode)) continue;
    if (found || !mode.pooling) return bad_pooling(config);
    found = mode.pooling;
  }
  if (!found) return bad_pooling(config);
  if (!config["include_prompt"].boolean_or(true)) {
    return Error(Code::unsupported, "pooling that leaves the prompt's tokens out is not supported");
  }
  return *found;
}

Result<std::optional<size_t>> parse_token_limit(std::string_view json, std::string_view member) {
  VICINAL_TRY(const Json config, Json::parse(json));
  if (!config.is_object()) return Error(Code::corrupt, "the file with the token limit is no JSON object");
  const Json& value = config[member];
  const double limit = value.number_or(0);
  if (value.is_null() || limit > static_cast<double>(kMaxSaneLimit)) return std::optional<size_t>();
  if (limit >= 1) return std::optional<size_t>(static_cast<size_t>(limit));
  return bad_member(member, value, "token limit is no positive number");
}

Result<bool> parse_lower_case(std::string_view json) {
  VICINAL_TRY(const Json config, Json::parse(json));
  const Json& value = config["do_lower_case"];
  if (value.is_null()) return false;
  if (const auto flag = value.boolean()) return *flag;
  return bad_member("do_lower_case", value, "do_lower_case is neither true nor false");
}

Result<Prompts> parse_prompts(std::string_view json) {
  VICINAL_TRY(const Json config, Json::parse(json));
  Prompts out;
  if (!config.is_object()) return Error(Code::corrupt, "the file with the prompts is no JSON object");
  out.default_name = config["default_prompt_name"].string_or("");
  if (config["prompts"].is_null()) return out;
  const auto* prompts = config["prompts"].object();
  if (prompts == nullptr) return bad_member("prompts", config["prompts"], "prompts are no JSON object");
  if (prompts->size() > kMaxPrompts) return Error(Code::corrupt, "too many prompts").with("prompts", prompts->size());
  for (const auto& [name, value] : *prompts) {
    if (value.string() == nullptr || value.string()->size() > kMaxPromptBytes) {
      return Error(Code::corrupt, "a prompt is no text of at most 64 KiB").with("prompt", name);
    }
    out.by_name[name] = *value.string();
  }
  return out;
}

}  // namespace vicinal::model
