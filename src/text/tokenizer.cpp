#include "text/tokenizer.h"

#include <algorithm>

#include "base/json.h"
#include "base/mapped_file.h"
#include "text/word_tokenizer.h"

namespace vicinal::text {
namespace {

constexpr size_t kMaxFileBytes = size_t{256} << 20;

Result<WordPiece> parse_model(const base::Json& model) {
  if (!model.is_object()) return Error(Code::corrupt, "tokenizer.json has no model").with("place", "model");
  // Files from before types were written: merges make a BPE, a list of pairs a Unigram.
  const bool old_wordpiece = !model.has("type") && model["vocab"].is_object() && !model.has("merges");
  const std::string type = old_wordpiece ? "WordPiece" : model["type"].string_or("");
  if (type != "WordPiece") {
    return Error(Code::unsupported, "tokenizer.json has a model that this version does not read").with("type", type);
  }
  return WordPiece::from_json(model);
}

}  // namespace

Result<std::shared_ptr<const Tokenizer>> Tokenizer::from_json(std::string_view json) {
  VICINAL_TRY(const base::Json root, base::Json::parse(json, kMaxFileBytes));
  if (!root.is_object()) return Error(Code::corrupt, "tokenizer.json is no JSON object");
  WordTokenizer::Parts parts;
  VICINAL_TRY(parts.model, parse_model(root["model"]));
  VICINAL_TRY(parts.normalizer, Normalizer::from_json(root["normalizer"]));
  VICINAL_TRY(parts.pre_tokenizer, PreTokenizer::from_json(root["pre_tokenizer"]));
  VICINAL_TRY(parts.frame, parse_post_processor(root["post_processor"]));
  VICINAL_TRY(parts.added_tokens, parse_added_tokens(root["added_tokens"]));
  return WordTokenizer::make(std::move(parts));
}

Result<std::shared_ptr<const Tokenizer>> Tokenizer::from_file(const std::string& path) {
  VICINAL_TRY(const base::MappedFile file, base::MappedFile::open(path));
  auto tokenizer = from_json(file.text());
  if (!tokenizer) return std::move(tokenizer).error().with("path", path);
  return tokenizer;
}

}  // namespace vicinal::text
