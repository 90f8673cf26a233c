#pragma once
/// Snowball's stemmers (libstemmer) by language code.

#include <array>
#include <cstddef>
#include <string_view>

#include "lexical/characters.h"

struct sb_stemmer;

namespace vicinal::lexical {

struct StemLanguage {
  std::string_view code;  ///< ISO 639-1, as it stands in keys
  LetterScript script = LetterScript::latin;
  LetterScript second_script = LetterScript::common;  ///< that the language is written in as well
  bool fold_first = false;                            ///< the stemmer knows no diacritics
};

inline constexpr size_t kStemLanguages = 28;
/// What stem_language_index says of a language without stemmer.
inline constexpr size_t kNoStemming = kStemLanguages;

/// `code`: ISO 639-1, maybe with a region ("pt-BR"); "nb" and "nn" are "no".
size_t stem_language_index(std::string_view code);
/// REQUIRES: index < kStemLanguages.
const StemLanguage& stem_language(size_t index);
/// All codes, separated by spaces.
std::string_view stem_language_codes();

/// The stemmers of one thread, made when first used. Not thread-safe.
class Stemmers {
 public:
  Stemmers() = default;
  Stemmers(const Stemmers&) = delete;
  Stemmers& operator=(const Stemmers&) = delete;
  ~Stemmers();

  /// `word` in lower case; the stem is valid until the next call with this language. The word itself where there is
  /// no memory for a stemmer.
  std::string_view stem(size_t language, std::string_view word);

 private:
  std::array<sb_stemmer*, kStemLanguages> stemmers_ = {};
};

}  // namespace vicinal::lexical
