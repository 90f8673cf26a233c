#pragma once
/// How a collection's passages become keys of its postings and what a match is worth: as it is stored, and made ready.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lexical/analyzer.h"
#include "lexical/synonyms.h"
#include "postings/bm25.h"

namespace vicinal::index {

/// The analyzer of a collection whose words are not indexed.
inline constexpr std::string_view kNoWords = "none";

struct WordSettings {
  std::string analyzer = "unicode";  ///< lexical::AnalyzerSpec, or kNoWords
  std::string scoring;               ///< postings/scoring_text.h; empty: the usual one
  std::string language;              ///< of documents that name none themselves; empty: guessed
  std::string glossary;              ///< text of lexical::Synonyms; empty: none. It is part of the space
  bool operator==(const WordSettings&) const = default;

  bool indexed() const { return analyzer != kNoWords; }
  /// True if passages have the same keys under both.
  bool same_keys(const WordSettings& other) const {
    return analyzer == other.analyzer && language == other.language && glossary == other.glossary;
  }
};

/// Settings, read. Immutable and thread-safe.
class WordRules {
 public:
  /// invalid_argument: settings that cannot be read.
  /// Of kNoWords: the usual analyser, which nothing is indexed by.
  static Result<std::shared_ptr<const WordRules>> make(const WordSettings& settings);

  const lexical::Analyzer& analyzer() const { return analyzer_; }
  const postings::Scoring& scoring() const { return scoring_; }
  /// Null where there is none.
  const lexical::Synonyms* glossary() const { return glossary_ ? &*glossary_ : nullptr; }

  /// What a document is analysed as: the code in its metadata's member "lang" or "language"; else the collection's
  /// language; else a guess, and English where a text is too short to tell and has plain letters only, so that short
  /// rows are stemmed like long ones.
  std::string document_language(std::string_view metadata, std::string_view text) const;

  /// Names the analysis in a file of postings: files of another one cannot be used together.
  uint64_t identity() const { return identity_; }

 private:
  WordRules(const lexical::AnalyzerSpec& spec, const postings::Scoring& scoring) : analyzer_(spec), scoring_(scoring) {}

  lexical::Analyzer analyzer_;
  postings::Scoring scoring_;
  std::string language_;
  std::optional<lexical::Synonyms> glossary_;
  uint64_t identity_ = 0;
};

/// A language's code as documents may name it, "de" or "pt-BR", in lower case; empty for any other text.
std::string language_code(std::string_view text);

}  // namespace vicinal::index
