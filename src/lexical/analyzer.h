#pragma once
/// Text to tokens: the words that a document is found by. Documents and queries go through the same analyzer, so they
/// agree by construction; specification and forms: lexical/analyzer_spec.h, examples: docs/lexical.md.
///
/// Keys. A stemmed word's key is its folded stem, '\x01' and the language's code ("comput\x01en"), so that stems of
/// different languages never meet; all others carry none (numbers, identifiers, pairs of characters, words of a
/// language without stemmer or in another script than the language's). Keys are valid UTF-8 of 1 to 255 bytes. What is
/// longer is cut on a code point boundary: two words that share 200 bytes are one. An identifier over 255 bytes is
/// found by its parts only.
///
/// Positions do not depend on the language, but for stop=auto (whose removed words keep theirs). Time is linear in the
/// text, whatever it is; memory is proportional to the tokens.

#include <string>
#include <string_view>

#include "lexical/analyzer_spec.h"
#include "lexical/token_stream.h"

namespace vicinal::lexical {

/// What an analysis leaves out, for queries: a prefix is not stemmed, and stop words count where there is nothing else.
struct AnalysisOptions {
  bool stem = true;
  bool stop = true;
};

/// Immutable and thread-safe; what changes is in the stream.
class Analyzer {
 public:
  /// REQUIRES: a specification that parse() accepts.
  explicit Analyzer(AnalyzerSpec spec = {});

  /// Appends the tokens of `text`; positions go on from out.next_position(), bytes count from the start of `text`.
  /// `language`: ISO 639-1 code of the text's language; "" or one without stemmer: words are not stemmed.
  /// REQUIRES: valid UTF-8 of less than 2^32 bytes.
  void analyze(std::string_view text, std::string_view language, TokenStream& out,
               const AnalysisOptions& options = {}) const;

  /// What of a document's language bears on its keys, as a code: "pt" for "pt-BR", "" for a language that is treated
  /// like none. Texts of languages with equal answers have equal keys.
  std::string key_language(std::string_view language) const;

  const AnalyzerSpec& spec() const { return spec_; }

 private:
  AnalyzerSpec spec_;
};

}  // namespace vicinal::lexical
