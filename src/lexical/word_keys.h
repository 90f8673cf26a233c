#pragma once
/// One word to its key: lower case, without elision, not a stop word, stemmed, folded, marked with its language.

#include <cstdint>
#include <string>
#include <string_view>

#include "lexical/apostrophes.h"
#include "lexical/stemmers.h"
#include "lexical/stop_words.h"
#include "lexical/token_stream.h"

namespace vicinal::lexical {

/// What decides on the keys of a text's words.
struct KeyRules {
  size_t stem = kNoStemming;  ///< index of a language
  bool fold = true;
  bool turkic = false;    ///< I is ı in lower case
  bool stem_all = false;  ///< also words with digits, as in reference analyses
  bool parts = true;      ///< words are cut; no matter here, but to what a cache may keep as one word
  Apostrophes apostrophes = Apostrophes::kept;
  const StopWords* stop = nullptr;
  bool operator==(const KeyRules&) const = default;
};

/// What follows the stem in the key of a stemmed word, before the language's code.
inline constexpr char kLanguageMark = '\x01';

/// Not thread-safe.
class WordKeys {
 public:
  /// The key, valid until the next call; empty for a stop word, and for what folding leaves nothing of.
  /// `raw`: as in the text, all of it letters, digits, marks and what joins them; only the first 200 bytes count.
  std::string_view key(std::string_view raw, const KeyRules& rules);

  /// Of an identifier: case and diacritics folded, nothing else. Empty if that takes more than 255 bytes.
  std::string_view whole_key(std::string_view raw, const KeyRules& rules);

 private:
  bool lower_ascii(std::string_view raw, const KeyRules& rules);
  bool lower(std::string_view raw, const KeyRules& rules);
  std::string_view stem(std::string_view word, const KeyRules& rules);
  /// False: cut.
  bool fold_into_key(std::string_view word, size_t max_bytes, bool fold);

  Stemmers stemmers_;
  std::string composed_, lower_, folded_, key_;
};

/// The part of a key before the language mark: what a person may be shown.
std::string_view stem_of_key(std::string_view key);

}  // namespace vicinal::lexical
