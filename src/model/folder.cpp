#include "model/folder.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/file.h"
#include "model/config.h"

namespace vicinal::model {
namespace {

constexpr size_t kMaxConfigBytes = size_t{16} << 20;

/// The file's text, or nothing where there is no such file.
Result<std::optional<std::string>> read_optional(const std::string& path) {
  auto text = base::read_file(path, kMaxConfigBytes);
  if (text) return std::optional<std::string>(*std::move(text));
  if (text.error().code() == Code::not_found) return std::optional<std::string>();
  return std::move(text).error();
}

/// What `parse` makes of the file, nothing where there is none; errors gain the path.
template <class Parse>
auto parse_optional(const std::string& path, Parse parse)
    -> Result<std::optional<typename decltype(parse(std::string_view()))::value_type>> {
  using Value = typename decltype(parse(std::string_view()))::value_type;
  VICINAL_TRY(const auto text, read_optional(path));
  if (!text) return std::optional<Value>();
  auto value = parse(*text);
  if (!value) return Error(value.error()).with("path", path);
  return std::optional<Value>(*std::move(value));
}

Result<EncoderConfig> read_encoder_config(const std::string& folder) {
  const std::string path = folder + "/config.json";
  VICINAL_TRY(auto config, parse_optional(path, parse_encoder_config));
  if (config) return *std::move(config);
  return Error(Code::not_found, "no model here: config.json is missing").with("path", path);
}

/// Without modules.json the folder is a bare transformer: mean pooling, not normalised, which is what
/// sentence-transformers makes of one.
Result<> read_pooling(ModelFolder& out) {
  VICINAL_TRY(const auto modules, parse_optional(out.path + "/modules.json", parse_modules));
  if (!modules) return {};
  out.normalise = modules->normalise;
  if (!modules->has_pooling) {
    return Error(Code::unsupported, "modules.json names no pooling: the model gives a vector per token")
        .with("path", out.path + "/modules.json");
  }
  const std::string path = out.path + "/" + modules->pooling_path + "/config.json";
  VICINAL_TRY(const auto pooling, parse_optional(path, parse_pooling));
  if (!pooling) return Error(Code::not_found, "modules.json names a pooling config that is missing").with("path", path);
  out.pooling = *pooling;
  return {};
}

Result<std::optional<size_t>> read_limit(const std::string& path, std::string_view member) {
  VICINAL_TRY(const auto limit,
              parse_optional(path, [&](std::string_view json) { return parse_token_limit(json, member); }));
  return limit.value_or(std::nullopt);
}

Result<> read_token_limit(ModelFolder& out) {
  VICINAL_TRY(auto limit, read_limit(out.path + "/sentence_bert_config.json", "max_seq_length"));
  if (!limit) {
    VICINAL_TRY(limit, read_limit(out.path + "/tokenizer_config.json", "model_max_length"));
  }
  out.max_tokens = std::min(limit.value_or(out.encoder.positions), out.encoder.positions);
  return {};
}

Result<> read_lower_case(ModelFolder& out) {
  VICINAL_TRY(const auto wanted, parse_optional(out.path + "/sentence_bert_config.json", parse_lower_case));
  out.lower_case = wanted.value_or(false);
  return {};
}

Result<> read_prompts(ModelFolder& out) {
  VICINAL_TRY(auto prompts, parse_optional(out.path + "/config_sentence_transformers.json", parse_prompts));
  if (!prompts) return {};
  out.prompts = std::move(prompts->by_name);
  out.default_prompt_name = std::move(prompts->default_name);
  return {};
}

std::string own_name(const std::string& path) {
  std::error_code failure;
  const std::filesystem::path whole = std::filesystem::absolute(path, failure).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

}  // namespace

std::string ModelFolder::query_prompt() const {
  if (const auto found = prompts.find("query"); found != prompts.end()) return found->second;
  const auto fallback = prompts.find(default_prompt_name);
  return fallback == prompts.end() ? "" : fallback->second;
}

std::string ModelFolder::document_prompt() const {
  for (const char* name : {"document", "passage"}) {
    if (const auto found = prompts.find(name); found != prompts.end()) return found->second;
  }
  const auto fallback = prompts.find(default_prompt_name);
  return fallback == prompts.end() ? "" : fallback->second;
}

Result<ModelFolder> ModelFolder::open(const std::string& path) {
  ModelFolder out;
  out.path = path;
  out.name = own_name(path);
  VICINAL_TRY(out.encoder, read_encoder_config(path));
  VICINAL_TRY_VOID(read_pooling(out));
  VICINAL_TRY_VOID(read_token_limit(out));
  VICINAL_TRY_VOID(read_lower_case(out));
  VICINAL_TRY_VOID(read_prompts(out));
  return out;
}

std::string_view pooling_name(Pooling pooling) {
  switch (pooling) {
    case Pooling::mean:
      return "mean";
    case Pooling::cls:
      return "cls";
    case Pooling::last:
      return "last";
  }
  return "";
}

}  // namespace vicinal::model
