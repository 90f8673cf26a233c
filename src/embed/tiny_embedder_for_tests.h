#pragma once
/// A model folder of random weights with a tokenizer of 50 tokens: the letters, a few words, their continuations.

#include <string>
#include <vector>

#include "base/json.h"
#include "base/temporary_folder_for_tests.h"
#include "embed/local_embedder.h"
#include "model/tiny_bert_for_tests.h"

namespace vicinal::embed {

inline std::vector<std::string> tiny_vocabulary() {
  std::vector<std::string> tokens = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "river",
                                     "flows", "query", "basel", "rhine", "##s",    ".",   ":",
                                     "lake",  "town",  "and",   "runs",  "past",   "old"};
  for (char letter = 'a'; letter <= 'z'; ++letter) tokens.emplace_back(1, letter);
  while (tokens.size() < 50) tokens.push_back("[unused" + std::to_string(tokens.size()) + "]");
  return tokens;
}

inline void write_special_token(base::JsonWriter& out, int id, std::string_view content) {
  out.begin_object().key("id").number(id).key("content").string(content);
  for (const char* flag : {"single_word", "lstrip", "rstrip", "normalized"}) out.key(flag).boolean(false);
  out.key("special").boolean(true).end_object();
}

inline std::string tiny_tokenizer_json() {
  base::JsonWriter out;
  out.begin_object().key("version").string("1.0").key("truncation").null().key("padding").null();
  out.key("added_tokens").begin_array();
  const auto vocabulary = tiny_vocabulary();
  for (int id = 0; id < 5; ++id) write_special_token(out, id, vocabulary[static_cast<size_t>(id)]);
  out.end_array();
  out.key("normalizer")
      .raw(
          R"({"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true})");
  out.key("pre_tokenizer").raw(R"({"type":"BertPreTokenizer"})");
  out.key("post_processor")
      .raw(
          R"({"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},)"
          R"({"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],)"
          R"("pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{)"
          R"("[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},"[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}})");
  out.key("decoder").raw(R"({"type":"WordPiece","prefix":"##","cleanup":true})");
  out.key("model").begin_object().key("type").string("WordPiece").key("unk_token").string("[UNK]");
  out.key("continuing_subword_prefix").string("##").key("max_input_chars_per_word").number(100);
  out.key("vocab").begin_object();
  for (size_t id = 0; id < vocabulary.size(); ++id) out.key(vocabulary[id]).number(uint64_t{id});
  out.end_object().end_object().end_object();
  return out.take();
}

/// Also keeps the user's cache folder out of the test.
class TinyModel {
 public:
  TinyModel() {
    model::TinyBert().write_to(files);
    files.write("tokenizer.json", tiny_tokenizer_json());
    files.write("modules.json", R"([{"type":"m.Transformer","path":""},{"type":"m.Pooling","path":"1_Pooling"},)"
                                R"({"type":"m.Normalize","path":"2_Normalize"}])");
    files.write("1_Pooling/config.json", R"({"pooling_mode_mean_tokens":true})");
    ::setenv("VICINAL_CACHE", files.file("cache").c_str(), 1);
  }

  std::unique_ptr<LocalEmbedder> open(const EmbedderOptions& options = {}) const {
    return LocalEmbedder::open(files.path(), options, {}).value();
  }

  base::TemporaryFolder files;
};

using Vectors = std::vector<std::vector<float>>;

inline Result<Vectors> embed_all(const LocalEmbedder& embedder, std::span<const std::string> texts,
                                 Role role = Role::document, EmbedReport* report = nullptr, const Watch& watch = {}) {
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  const size_t width = embedder.dimensions();
  std::vector<float> out(texts.size() * width);
  VICINAL_TRY_VOID(embedder.embed(views, role, {out.data(), texts.size(), width, width}, report, watch));
  Vectors rows;
  for (size_t i = 0; i < texts.size(); ++i) rows.emplace_back(out.begin() + i * width, out.begin() + (i + 1) * width);
  return rows;
}

}  // namespace vicinal::embed
