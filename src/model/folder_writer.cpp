#include "model/folder_writer.h"

#include <filesystem>

#include "base/file.h"
#include "base/json.h"

namespace vicinal::model {
namespace {

using base::JsonWriter;

std::string_view activation_name(kernels::Activation activation) {
  return activation == kernels::Activation::gelu_tanh ? "gelu_pytorch_tanh" : "gelu";
}

std::string encoder_json(const EncoderConfig& encoder) {
  JsonWriter out;
  out.begin_object().key("architectures").begin_array().string("BertModel").end_array();
  out.key("model_type").string(encoder.architecture);
  out.key("num_hidden_layers").number(uint64_t{encoder.layers}).key("hidden_size").number(uint64_t{encoder.hidden});
  out.key("num_attention_heads").number(uint64_t{encoder.heads});
  out.key("intermediate_size").number(uint64_t{encoder.intermediate});
  out.key("vocab_size").number(uint64_t{encoder.vocabulary});
  out.key("max_position_embeddings").number(uint64_t{encoder.positions});
  out.key("type_vocab_size").number(uint64_t{encoder.token_types});
  out.key("layer_norm_eps").number(encoder.layer_norm_eps);
  out.key("hidden_act").string(activation_name(encoder.activation));
  out.key("position_embedding_type").string("absolute").key("pad_token_id").number(0);
  return out.end_object().take() + '\n';
}

void write_module(JsonWriter& out, int index, std::string_view path, std::string_view kind) {
  out.begin_object().key("idx").number(index).key("name").string(std::to_string(index));
  out.key("path").string(path).key("type").string("sentence_transformers.models." + std::string(kind)).end_object();
}

std::string modules_json(bool normalise) {
  JsonWriter out;
  out.begin_array();
  write_module(out, 0, "", "Transformer");
  write_module(out, 1, "1_Pooling", "Pooling");
  if (normalise) write_module(out, 2, "2_Normalize", "Normalize");
  return out.end_array().take() + '\n';
}

std::string pooling_json(const ModelFolder& model) {
  JsonWriter out;
  out.begin_object().key("word_embedding_dimension").number(uint64_t{model.encoder.hidden});
  out.key("pooling_mode_cls_token").boolean(model.pooling == Pooling::cls);
  out.key("pooling_mode_mean_tokens").boolean(model.pooling == Pooling::mean);
  out.key("pooling_mode_max_tokens").boolean(false).key("pooling_mode_mean_sqrt_len_tokens").boolean(false);
  out.key("pooling_mode_lasttoken").boolean(model.pooling == Pooling::last);
  return out.key("include_prompt").boolean(true).end_object().take() + '\n';
}

std::string limit_json(const ModelFolder& model) {
  JsonWriter out;
  out.begin_object().key("max_seq_length").number(uint64_t{model.max_tokens}).key("do_lower_case").boolean(false);
  return out.end_object().take() + '\n';
}

std::string prompts_json(const ModelFolder& model) {
  JsonWriter out;
  out.begin_object().key("prompts").begin_object();
  for (const auto& [name, prompt] : model.prompts) out.key(name).string(prompt);
  out.end_object().key("default_prompt_name");
  if (model.default_prompt_name.empty()) {
    out.null();
  } else {
    out.string(model.default_prompt_name);
  }
  return out.key("similarity_fn_name").string("cosine").end_object().take() + '\n';
}

std::string tokenizer_config_json(const ModelFolder& model, const TokenizerTraits& tokenizer) {
  JsonWriter out;
  out.begin_object().key("tokenizer_class").string("BertTokenizer");
  out.key("model_max_length").number(uint64_t{model.max_tokens});
  out.key("do_lower_case").boolean(tokenizer.lower_case);
  out.key("tokenize_chinese_chars").boolean(tokenizer.split_chinese).key("strip_accents");
  if (tokenizer.strip_accents) {
    out.boolean(*tokenizer.strip_accents);
  } else {
    out.null();
  }
  return out.end_object().take() + '\n';
}

}  // namespace

Result<> write_model_files(const ModelFolder& model, const TokenizerTraits& tokenizer) {
  const std::string pooling = model.path + "/1_Pooling";
  std::error_code error;
  std::filesystem::create_directory(pooling, error);
  if (error) return base::system_error("the folder cannot be made", pooling, error.value());
  const auto write = [&](const char* name, const std::string& text) {
    return base::write_file_atomic(model.path + "/" + name, text);
  };
  VICINAL_TRY_VOID(write("config.json", encoder_json(model.encoder)));
  VICINAL_TRY_VOID(write("modules.json", modules_json(model.normalise)));
  VICINAL_TRY_VOID(write("1_Pooling/config.json", pooling_json(model)));
  VICINAL_TRY_VOID(write("sentence_bert_config.json", limit_json(model)));
  VICINAL_TRY_VOID(write("tokenizer_config.json", tokenizer_config_json(model, tokenizer)));
  if (model.prompts.empty()) return {};
  return write("config_sentence_transformers.json", prompts_json(model));
}

}  // namespace vicinal::model
