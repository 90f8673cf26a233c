#include "model/folder.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/temporary_folder_for_tests.h"
#include "model/config.h"

namespace vicinal::model {
namespace {

/// A config of the members given, in place of a good one's.
std::string config_with(std::string_view member, std::string_view value) {
  const std::map<std::string, std::string> good = {{"model_type", "\"bert\""},        {"hidden_size", "32"},
                                                   {"num_hidden_layers", "2"},        {"num_attention_heads", "4"},
                                                   {"intermediate_size", "64"},       {"vocab_size", "50"},
                                                   {"max_position_embeddings", "40"}, {"type_vocab_size", "2"},
                                                   {"layer_norm_eps", "1e-12"},       {"hidden_act", "\"gelu\""}};
  std::string json = "{\"" + std::string(member) + "\":" + std::string(value);
  for (const auto& [name, text] : good) {
    if (name != member) json += ",\"" + name + "\":" + text;
  }
  return json + "}";
}

void expect_config_refused(std::string_view member, std::string_view value, Code code) {
  const auto config = parse_encoder_config(config_with(member, value));
  ASSERT_FALSE(config) << member << " " << value;
  EXPECT_EQ(config.error().code(), code) << config.error().what();
  EXPECT_NE(config.error().what().find(member), std::string::npos) << config.error().what();
}

TEST(EncoderConfig, IsReadFromConfigJson) {
  const auto config = parse_encoder_config(config_with("layer_norm_eps", "1e-5"));
  ASSERT_TRUE(config) << config.error().what();
  EXPECT_EQ(config->hidden, 32U);
  EXPECT_EQ(config->heads, 4U);
  EXPECT_EQ(config->positions, 40U);
  EXPECT_FLOAT_EQ(config->layer_norm_eps, 1e-5F);
  EXPECT_EQ(config->activation, kernels::Activation::gelu_erf);
  EXPECT_EQ(parse_encoder_config(config_with("hidden_act", "\"gelu_new\""))->activation,
            kernels::Activation::gelu_tanh);
}

TEST(EncoderConfig, MpnetHasTwoRowsThatAreNoPositionsAndNoTokenTypes) {
  const auto config = parse_encoder_config(config_with("model_type", "\"mpnet\""));
  ASSERT_TRUE(config) << config.error().what();
  EXPECT_EQ(config->positions, 38U);
  EXPECT_EQ(config->position_rows(), 40U);
  EXPECT_EQ(config->first_position_row(), 2U);
  EXPECT_EQ(config->token_types, 0U);
  const char* two_rows = R"({"model_type":"mpnet","hidden_size":8,"num_hidden_layers":1,"num_attention_heads":1,)"
                         R"("intermediate_size":8,"vocab_size":9,"max_position_embeddings":2})";
  EXPECT_EQ(parse_encoder_config(two_rows).error().code(), Code::corrupt);
}

TEST(EncoderConfig, RefusesShapesThatMakeNoSense) {
  for (const char* value : {"0", "-1", "1.5", "\"32\"", "null", "1e30", "999999999999", "65537"}) {
    expect_config_refused("hidden_size", value, Code::corrupt);
  }
  expect_config_refused("num_hidden_layers", "0", Code::corrupt);
  expect_config_refused("num_attention_heads", "5", Code::corrupt);
  expect_config_refused("num_attention_heads", "0", Code::corrupt);
  expect_config_refused("max_position_embeddings", "1048577", Code::corrupt);
  expect_config_refused("vocab_size", "99999999999", Code::corrupt);
  expect_config_refused("layer_norm_eps", "0", Code::corrupt);
  expect_config_refused("layer_norm_eps", "-1e-12", Code::corrupt);
  expect_config_refused("layer_norm_eps", "1e-50", Code::corrupt);  // nothing is left of it as a float
  expect_config_refused("intermediate_size", "65537", Code::corrupt);
  expect_config_refused("layer_norm_eps", "\"NaN\"", Code::corrupt);
  EXPECT_EQ(parse_encoder_config(config_with("layer_norm_eps", "NaN")).error().code(), Code::corrupt);
  EXPECT_EQ(parse_encoder_config("{").error().code(), Code::corrupt);
  EXPECT_EQ(parse_encoder_config("[1]").error().code(), Code::corrupt);
}

TEST(EncoderConfig, SaysWhatIsUnsupportedAndWhatIsNot) {
  const auto config = parse_encoder_config(config_with("model_type", "\"mamba\""));
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code(), Code::unsupported);
  EXPECT_NE(config.error().what().find("mamba"), std::string::npos);
  EXPECT_NE(config.error().what().find("supported=bert"), std::string::npos);
  expect_config_refused("hidden_act", "\"relu\"", Code::unsupported);
  expect_config_refused("position_embedding_type", "\"relative_key\"", Code::unsupported);
  EXPECT_EQ(parse_encoder_config(config_with("is_decoder", "true")).error().code(), Code::unsupported);
}

TEST(PoolingConfig, ReadsFlagsAndNames) {
  EXPECT_EQ(*parse_pooling(R"({"pooling_mode_mean_tokens":true,"pooling_mode_cls_token":false})"), Pooling::mean);
  EXPECT_EQ(*parse_pooling(R"({"pooling_mode_cls_token":true})"), Pooling::cls);
  EXPECT_EQ(*parse_pooling(R"({"pooling_mode_lasttoken":true})"), Pooling::last);
  EXPECT_EQ(*parse_pooling(R"({"pooling_mode":"cls"})"), Pooling::cls);
}

TEST(PoolingConfig, RefusesOtherModesAndSeveralAtOnce) {
  for (const char* json :
       {R"({"pooling_mode_max_tokens":true})", R"({})", R"([])", R"({"pooling_mode":"weightedmean"})",
        R"({"pooling_mode_mean_tokens":true,"pooling_mode_cls_token":true})",
        R"({"pooling_mode_mean_tokens":true,"include_prompt":false})"}) {
    EXPECT_EQ(parse_pooling(json).error().code(), Code::unsupported) << json;
  }
}

TEST(ModulesConfig, RefusesUnknownModulesAndPathsOutside) {
  EXPECT_TRUE(parse_modules(R"([{"type":"sentence_transformers.models.Transformer","path":""},
      {"type":"sentence_transformers.models.Pooling","path":"1_Pooling"},
      {"type":"sentence_transformers.models.Normalize","path":"2_Normalize"}])")
                  ->normalise);
  EXPECT_EQ(parse_modules(R"([{"type":"sentence_transformers.models.Dense","path":"2_Dense"}])").error().code(),
            Code::unsupported);
  EXPECT_EQ(parse_modules(R"([{"type":"sentence_transformers.models.Pooling","path":"../../x"}])").error().code(),
            Code::corrupt);
  EXPECT_EQ(parse_modules(R"([{"type":"sentence_transformers.models.Pooling","path":"/etc"}])").error().code(),
            Code::corrupt);
  EXPECT_EQ(parse_modules("{}").error().code(), Code::corrupt);
}

class Folder : public testing::Test {
 protected:
  void SetUp() override { files.write("config.json", config_with("hidden_size", "32")); }
  Result<ModelFolder> open() const { return ModelFolder::open(files.path()); }
  base::TemporaryFolder files;
};

TEST_F(Folder, WithoutModulesIsMeanPooledAndNotNormalised) {
  const auto folder = open();
  ASSERT_TRUE(folder) << folder.error().what();
  EXPECT_EQ(folder->pooling, Pooling::mean);
  EXPECT_FALSE(folder->normalise);
  EXPECT_EQ(folder->max_tokens, 40U);
  EXPECT_EQ(folder->name, files.path().substr(files.path().rfind('/') + 1));
  EXPECT_EQ(ModelFolder::open(files.path() + "/")->name, folder->name);
}

TEST_F(Folder, TakesPoolingAndNormalisationFromModules) {
  files.write("modules.json", R"([{"type":"sentence_transformers.models.Transformer","path":""},
      {"type":"sentence_transformers.models.Pooling","path":"1_Pooling"},
      {"type":"sentence_transformers.models.Normalize","path":"2_Normalize"}])");
  EXPECT_EQ(open().error().code(), Code::not_found);
  files.write("1_Pooling/config.json", R"({"pooling_mode_cls_token":true})");
  const auto folder = open();
  ASSERT_TRUE(folder) << folder.error().what();
  EXPECT_EQ(folder->pooling, Pooling::cls);
  EXPECT_TRUE(folder->normalise);
}

TEST_F(Folder, TokenLimitComesFromTheFirstFileThatHasASaneOne) {
  files.write("tokenizer_config.json", R"({"model_max_length":1000000000000000019884624838656})");
  EXPECT_EQ(open()->max_tokens, 40U);
  files.write("tokenizer_config.json", R"({"model_max_length":30})");
  EXPECT_EQ(open()->max_tokens, 30U);
  files.write("sentence_bert_config.json", R"({"max_seq_length":20})");
  EXPECT_EQ(open()->max_tokens, 20U);
  files.write("sentence_bert_config.json", R"({"max_seq_length":null})");
  EXPECT_EQ(open()->max_tokens, 30U);
  files.write("sentence_bert_config.json", R"({"max_seq_length":4096})");
  EXPECT_EQ(open()->max_tokens, 40U);
  files.write("sentence_bert_config.json", R"({"max_seq_length":-1})");
  EXPECT_EQ(open().error().code(), Code::corrupt);
}

TEST_F(Folder, PromptsFallFromRoleToPassageToDefault) {
  files.write("config_sentence_transformers.json",
              R"({"prompts":{"query":"q: ","passage":"p: ","other":"o: "},"default_prompt_name":"other"})");
  EXPECT_EQ(open()->query_prompt(), "q: ");
  EXPECT_EQ(open()->document_prompt(), "p: ");
  files.write("config_sentence_transformers.json", R"({"prompts":{"other":"o: "},"default_prompt_name":"other"})");
  EXPECT_EQ(open()->query_prompt(), "o: ");
  EXPECT_EQ(open()->document_prompt(), "o: ");
  files.write("config_sentence_transformers.json", R"({"prompts":{"other":"o: "},"default_prompt_name":null})");
  EXPECT_EQ(open()->document_prompt(), "");
  files.write("config_sentence_transformers.json", R"({"prompts":{"query":7}})");
  EXPECT_EQ(open().error().code(), Code::corrupt);
}

TEST(PromptConfig, RefusesWhatIsNoObject) {
  for (const char* json : {"[1]", R"({"prompts":["query: "]})", R"({"prompts":"x"})", R"({"prompts":{"query":7}})"})
    EXPECT_EQ(parse_prompts(json).error().code(), Code::corrupt) << json;
  EXPECT_TRUE(parse_prompts(R"({"prompts":null})"));
  EXPECT_FALSE(parse_token_limit("[1]", "max_seq_length"));
  EXPECT_FALSE(parse_lower_case(R"({"do_lower_case":"yes"})"));
}

TEST_F(Folder, MissingOrBrokenConfigNamesThePath) {
  EXPECT_EQ(ModelFolder::open(files.path() + "/none").error().code(), Code::not_found);
  files.write("config.json", "{");
  EXPECT_NE(open().error().what().find(files.path() + "/config.json"), std::string::npos);
}

}  // namespace
}  // namespace vicinal::model
