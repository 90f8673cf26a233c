#include "text/pre_tokenizer.h"

#include <algorithm>

#include "text/unicode.h"

namespace vicinal::text {
namespace {
constexpr int kMaxPreTokenizerNesting = 8;
constexpr size_t kMaxRules = 32;
}  // namespace

Result<PreTokenizer> PreTokenizer::from_json(const base::Json& json) {
  PreTokenizer pre_tokenizer;
  VICINAL_TRY_VOID(pre_tokenizer.add(json, 0));
  return pre_tokenizer;
}

Result<> PreTokenizer::add(const base::Json& json, int depth) {
  if (json.is_null()) return {};
  const std::string type = json["type"].string_or("");
  if (type == "Sequence") {
    const auto* parts = json["pretokenizers"].array();
    if (parts == nullptr || depth >= kMaxPreTokenizerNesting) {
      return Error(Code::corrupt, "pre-tokenizer sequence without a list of pre-tokenizers")
          .with("place", "pre_tokenizer");
    }
    for (const base::Json& part : *parts) VICINAL_TRY_VOID(add(part, depth + 1));
    return {};
  }
  static constexpr std::pair<std::string_view, Rule> kRules[] = {{"BertPreTokenizer", Rule::bert},
                                                                 {"WhitespaceSplit", Rule::white_space_split},
                                                                 {"Whitespace", Rule::white_space},
                                                                 {"Punctuation", Rule::punctuation}};
  const auto* found = std::ranges::find(kRules, type, &std::pair<std::string_view, Rule>::first);
  if (found == std::end(kRules)) {
    return Error(Code::unsupported, "tokenizer.json has a pre-tokenizer of an unknown type").with("type", type);
  }
  if (const std::string behavior = json["behavior"].string_or("Isolated"); behavior != "Isolated") {
    return Error(Code::unsupported, "punctuation is only split off as words of its own").with("behavior", behavior);
  }
  if (rules_.size() >= kMaxRules) {
    return Error(Code::corrupt, "too many pre-tokenizers in a row")
        .with("place", "pre_tokenizer")
        .with("most", kMaxRules);
  }
  rules_.push_back(found->second);
  return {};
}

WordRole PreTokenizer::role(char32_t c) const {
  WordRole role = WordRole::word;
  for (const Rule rule : rules_) {
    if (rule != Rule::punctuation && is_white_space(c)) return WordRole::separator;
    if ((rule == Rule::bert || rule == Rule::punctuation) && is_punctuation(c)) role = WordRole::isolated;
    if (rule == Rule::white_space && role == WordRole::word && !is_word_character(c)) role = WordRole::symbol;
  }
  return role;
}

}  // namespace vicinal::text
