#pragma once
/// What an analysis uses besides its text, kept from text to text in a TokenStream.

#include <string>

#include "lexical/compounds.h"
#include "lexical/icu_words.h"
#include "lexical/word_cache.h"
#include "lexical/word_keys.h"

namespace vicinal::lexical {

class AnalysisScratch {
 public:
  WordKeys keys;
  WordCache cache;
  IcuWords icu_words;
  Compound compound;
  WordParts parts;
  std::string shortened;  ///< a word without the signs that its shape leaves out
};

}  // namespace vicinal::lexical
