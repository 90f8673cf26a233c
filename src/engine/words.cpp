#include "engine/words.h"

#include <utility>

#include "base/digest.h"
#include "base/file.h"
#include "base/json.h"
#include "lexical/stemmers.h"
#include "lexical/synonyms.h"
#include "postings/scoring_text.h"

namespace vicinal::engine {
namespace {

Result<std::string> language_of(const std::string& asked) {
  if (asked == "auto") return std::string();
  std::string code = index::language_code(asked);
  if (!code.empty()) return code;
  return Error(Code::invalid_argument, "a language is given by its code")
      .with("language", asked)
      .with("fix",
            "auto, or an ISO 639-1 code: de, en, pt-BR; with stemmers: " + std::string(lexical::stem_language_codes()));
}

Result<std::string> read_glossary(const std::string& path) {
  VICINAL_TRY(std::string text, base::read_file(path, lexical::Synonyms::kMaxFileBytes));
  VICINAL_TRY(const lexical::Synonyms rules, lexical::Synonyms::parse(text, path));
  if (rules.empty())
    return Error(Code::invalid_argument, "the glossary has no rule")
        .with("path", path)
        .with("fix", "one rule a line: k8s, kubernetes; or: API => application programming interface");
  return text;
}

}  // namespace

Result<index::WordSettings> word_settings(const WordOptions& options, index::WordSettings stored) {
  if (options.analyzer == index::kNoWords) {
    stored.analyzer = options.analyzer;
  } else if (!options.analyzer.empty()) {
    VICINAL_TRY(const lexical::AnalyzerSpec spec, lexical::AnalyzerSpec::parse(options.analyzer));
    stored.analyzer = spec.to_string();
  }
  if (!options.bm25.empty()) {
    VICINAL_TRY(const postings::Scoring scoring, postings::parse_scoring(options.bm25));
    stored.scoring = postings::scoring_text(scoring);
  }
  if (!options.language.empty()) {
    VICINAL_TRY(stored.language, language_of(options.language));
  }
  if (!options.glossary.empty()) {
    VICINAL_TRY(stored.glossary, read_glossary(options.glossary));
  }
  return stored;
}

std::string glossary_digest(const std::string& glossary) {
  if (glossary.empty()) return {};
  const auto rules = lexical::Synonyms::parse(glossary, "the collection's glossary");
  return rules ? base::sha256_hex(rules->canonical()) : base::sha256_hex(glossary);
}

Result<> check_glossary(const index::StoreIdentity& stored, const std::string& glossary) {
  const std::string theirs = glossary_digest(stored.words.glossary), ours = glossary_digest(glossary);
  if (theirs == ours) return {};
  return Error(Code::space_mismatch, theirs.empty() ? "the collection was made without a glossary"
                                                    : "the collection's vectors were made with another glossary")
      .with("collection_glossary", theirs.empty() ? "none" : theirs)
      .with("glossary", ours)
      .with("fix", "leave --glossary out, or index into a new collection: --collection DIR");
}

std::string glossed_space(const std::string& space, const std::string& glossary) {
  return glossary.empty() ? space : base::sha256_hex(space + "/glossary " + glossary_digest(glossary));
}

std::string glossed_space_json(const std::string& space_json, const std::string& glossary) {
  auto tree = base::Json::parse(space_json);
  if (glossary.empty() || !tree || tree->object() == nullptr) return space_json;
  tree->object()->emplace_back("glossary", base::Json(glossary_digest(glossary)));
  return tree->dump();
}

Result<> apply_words(index::Store& store, const WordOptions& options, const Watch& watch) {
  const index::WordSettings stored = store.identity().words;
  WordOptions wanted = options;
  wanted.glossary.clear();  // compared when the collection was opened
  VICINAL_TRY(const index::WordSettings settings, word_settings(wanted, stored));
  if (settings == stored) return {};
  VICINAL_TRY(const auto before, index::WordRules::make(stored));
  VICINAL_TRY(const auto after, index::WordRules::make(settings));
  if (before->identity() == after->identity() && before->scoring() == after->scoring()) return {};
  const bool anew = before->identity() != after->identity();
  if (anew && watch.progress)
    watch.progress(
        {.stage = "words", .note = "the words of all texts are indexed anew: they are analysed otherwise now"});
  return store.set_words(settings);
}

}  // namespace vicinal::engine
