#include "index/word_settings.h"

#include <algorithm>

#include "base/digest.h"
#include "base/json.h"
#include "postings/scoring_text.h"
#include "text/language.h"

namespace vicinal::index {

namespace {

bool is_plain_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

/// Most rows have no such member: they are not parsed.
std::string named_language(std::string_view metadata) {
  if (metadata.find("\"lang") == std::string_view::npos) return {};
  const auto json = base::Json::parse(metadata);
  if (!json) return {};
  std::string code = language_code((*json)["lang"].string_or(""));
  return code.empty() ? language_code((*json)["language"].string_or("")) : code;
}

uint64_t identity_of(const WordSettings& settings, const lexical::AnalyzerSpec& spec,
                     const lexical::Synonyms* glossary) {
  std::string text =
      (settings.indexed() ? spec.to_string() : settings.analyzer) + '/' + std::to_string(lexical::kAnalysisVersion);
  if (!settings.language.empty()) text += "/language " + settings.language;
  if (glossary != nullptr) text += "/glossary " + glossary->canonical();
  return base::xxh3_64(text);
}

}  // namespace

std::string language_code(std::string_view text) {
  constexpr size_t kLongest = 16;
  const size_t letters = std::min(text.find_first_of("-_"), text.size());
  if (letters < 2 || letters > 3 || text.size() > kLongest) return {};
  if (!std::ranges::all_of(text.substr(0, letters), is_plain_letter)) return {};
  std::string code(text);
  std::ranges::transform(code, code.begin(), to_lower);
  return code;
}

Result<std::shared_ptr<const WordRules>> WordRules::make(const WordSettings& settings) {
  lexical::AnalyzerSpec spec;
  if (settings.indexed()) {
    VICINAL_TRY(spec, lexical::AnalyzerSpec::parse(settings.analyzer));
  }
  VICINAL_TRY(const postings::Scoring scoring, postings::parse_scoring(settings.scoring));
  const std::shared_ptr<WordRules> rules(new WordRules(spec, scoring));
  if (!settings.glossary.empty()) {
    VICINAL_TRY(rules->glossary_, lexical::Synonyms::parse(settings.glossary, "the collection's glossary"));
  }
  rules->language_ = settings.language;
  rules->identity_ = identity_of(settings, spec, rules->glossary());
  return std::shared_ptr<const WordRules>(rules);
}

std::string WordRules::document_language(std::string_view metadata, std::string_view text) const {
  if (std::string named = named_language(metadata); !named.empty()) return named;
  if (!language_.empty()) return language_;
  const std::string_view guess = text::guess_language(text);
  if (!guess.empty()) return std::string(guess);
  const bool plain = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return plain ? "en" : "";
}

}  // namespace vicinal::index
