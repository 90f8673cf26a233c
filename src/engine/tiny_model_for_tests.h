#pragma once
/// A model folder that fits a unit test: random weights, a vocabulary of 50 words, 40 positions, 32 dimensions. What it
/// says means nothing, but everything around it runs as with a real model.

#include <cstdlib>
#include <string>

#include "base/json.h"
#include "base/temporary_folder_for_tests.h"
#include "model/tiny_bert_for_tests.h"

namespace vicinal::engine {

inline constexpr const char* kTinyVocabulary[50] = {
    "[PAD]",  "[UNK]",  "[CLS]",    "[SEP]",  "river",   "mountain", "engine", "harbour", "copper", "signal",
    "winter", "garden", "theory",   "market", "lantern", "bridge",   "colour", "method",  "the",    "a",
    "of",     "in",     "and",      "is",     "flows",   "through",  "city",   "alps",    "sea",    "refund",
    "money",  "card",   "customer", "paid",   "cat",     "dog",      "sleeps", "runs",    "house",  "green",
    "red",    "blue",   "old",      "new",    ".",       ",",        "#",      "title",   "ship",   "sails"};

inline std::string tiny_tokenizer_json() {
  base::JsonWriter vocabulary;
  vocabulary.begin_object();
  for (int i = 0; i < 50; ++i) vocabulary.key(kTinyVocabulary[i]).number(i);
  vocabulary.end_object();
  const auto added = [](int id, const char* content) {
    return R"({"id":)" + std::to_string(id) + R"(,"special":true,"content":")" + content +
           R"(","single_word":false,"lstrip":false,"rstrip":false,"normalized":false})";
  };
  return R"({"version":"1.0","truncation":null,"padding":null,"added_tokens":[)" + added(0, "[PAD]") + "," +
         added(1, "[UNK]") + "," + added(2, "[CLS]") + "," + added(3, "[SEP]") +
         R"(],"normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,)"
         R"("lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},"post_processor":{"type":"TemplateProcessing",)"
         R"("single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},)"
         R"({"SpecialToken":{"id":"[SEP]","type_id":0}}],"pair":[{"SpecialToken":{"id":"[CLS]","type_id":0}},)"
         R"({"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}},{"Sequence":{"id":"B","type_id":1}},)"
         R"({"SpecialToken":{"id":"[SEP]","type_id":1}}],"special_tokens":{"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},)"
         R"("[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}},"decoder":{"type":"WordPiece","prefix":"##","cleanup":true},)"
         R"("model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,)"
         R"("vocab":)" +
         vocabulary.text() + "}}";
}

/// Writes the model below `name` of the folder and returns its path. Another seed is another model.
inline std::string write_tiny_model(const base::TemporaryFolder& folder, const std::string& name, unsigned seed = 1) {
  const model::TinyBert bert(seed);
  folder.write(name + "/config.json", bert.config_json());
  folder.write(name + "/model.safetensors", bert.safetensors());
  folder.write(name + "/tokenizer.json", tiny_tokenizer_json());
  folder.write(name + "/modules.json",
               R"([{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},)"
               R"({"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"},)"
               R"({"idx":2,"name":"2","path":"2_Normalize","type":"sentence_transformers.models.Normalize"}])");
  folder.write(name + "/1_Pooling/config.json",
               R"({"word_embedding_dimension":32,"pooling_mode_cls_token":false,"pooling_mode_mean_tokens":true,)"
               R"("pooling_mode_max_tokens":false,"pooling_mode_mean_sqrt_len_tokens":false})");
  return folder.file(name);
}

/// Keeps a test away from the user's own models and cache: both lie in a temporary folder while it lives.
class PrivateFolders {
 public:
  PrivateFolders() {
    ::setenv("VICINAL_MODELS", folder.file("models").c_str(), 1);
    ::setenv("VICINAL_CACHE", folder.file("cache").c_str(), 1);
    ::unsetenv("VICINAL_OFFLINE");
  }
  ~PrivateFolders() {
    ::unsetenv("VICINAL_MODELS");
    ::unsetenv("VICINAL_CACHE");
  }
  base::TemporaryFolder folder;
};

}  // namespace vicinal::engine
