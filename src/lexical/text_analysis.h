#pragma once
/// One text on its way into a stream: the two ways of reading words that a specification names.

#include <string_view>

#include "lexical/analysis_scratch.h"
#include "lexical/analyzer_spec.h"
#include "lexical/token_stream.h"

namespace vicinal::lexical {

/// What one analysis needs to know.
struct AnalysisPlan {
  AnalyzerSpec::Segment segment = AnalyzerSpec::Segment::bigrams;
  bool parts = true;
  KeyRules rules;
};

/// Words of Unicode Annex 29, identifiers and their parts, pairs of characters.
void analyze_unicode(std::string_view text, const AnalysisPlan& plan, TokenStream& out);

/// Runs of [a-z0-9] after lower-casing.
void analyze_ascii(std::string_view text, const AnalysisPlan& plan, TokenStream& out);

/// Adds a plain word at `position`; nothing if it is a stop word.
void add_word(std::string_view text, TextRange word, TokenKind kind, uint32_t position, uint16_t context,
              const KeyRules& rules, TokenStream& out);

}  // namespace vicinal::lexical
