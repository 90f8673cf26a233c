#pragma once
/// How texts become keys: what `lexical::Analyzer` is made from, and what an index keeps so that its queries are
/// analysed as its documents were.
///
///     spec   := ("unicode" | "ascii") option*                         words in any order, separated by spaces
///     option := "fold" | "nofold"                                     default: fold
///             | "parts" | "noparts"                                   default: parts
///             | "stem=" ("auto" | "none" | CODE)                      default: auto with unicode, none with ascii
///             | "stop=" ("none" | "auto" | "lucene33" | CODE)         default: none
///             | "segment=" ("bigrams" | "icu")                        default: bigrams
///
/// `unicode`: words of Unicode Annex 29. `ascii`: lower case, then runs of [a-z0-9], nothing else is a word; it takes
/// stem= and stop= only, and `ascii stem=en stop=lucene33` is the analysis that published BM25 figures are made with.
/// fold: `é` is `e`, `ß` is `ss`, full-width forms are plain; without it only case is folded. parts: `getUserName` is
/// found by `user`. stem=auto: by the language of the document; stem=en: whatever its language. stop=auto: the list of
/// the document's language; lucene33: Lucene's 33 English words, whatever the language. segment: what is done with
/// scripts that put no spaces between words (Han, kana, Thai, Lao, Khmer, Burmese): pairs of characters, or the words
/// of ICU's dictionaries (which differ between releases of ICU: an index made with one should be asked with it).

#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"

namespace vicinal::lexical {

/// Raised when the same text and specification would give other keys or positions: part of an index's recipe.
inline constexpr int kAnalysisVersion = 1;

struct AnalyzerSpec {
  enum class Words : uint8_t { unicode, ascii };
  enum class Segment : uint8_t { bigrams, icu };

  Words words = Words::unicode;
  bool fold = true;
  bool parts = true;
  std::string stem = "auto";  ///< "auto", "none" or the code of a language with a stemmer
  std::string stop = "none";  ///< "none", "auto", "lucene33" or the code of a language with a list
  Segment segment = Segment::bigrams;

  bool operator==(const AnalyzerSpec&) const = default;

  /// "" is "unicode". invalid_argument names the word and what is allowed.
  static Result<AnalyzerSpec> parse(std::string_view text);
  /// All parts written out, in one order: equal specifications have equal texts, and parse gives this one again.
  std::string to_string() const;
};

}  // namespace vicinal::lexical
