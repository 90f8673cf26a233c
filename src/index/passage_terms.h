#pragma once
/// The terms of a document's passages, as they go into postings.
///
/// A row is a passage: the title's tokens, a gap of one position, the slice's tokens (of a passage of the field of
/// titles: the title's alone). The title belongs to each passage
/// because a passage often leaves out what it is about, as in embedded strings. Its positions say which field a word
/// is in. The length of a row counts positions that hold a token: removed stop words are not part of it, as in Lucene.

#include <cstdint>
#include <string_view>

#include "lexical/analyzer.h"
#include "postings/inverter.h"
#include "vicinal/collection.h"

namespace vicinal::index {

class PassageTerms {
 public:
  explicit PassageTerms(const lexical::Analyzer& analyzer) : analyzer_(&analyzer) {}

  /// REQUIRES: ids ascend from call to call.
  void add(uint64_t id, const Document& document, postings::Inverter& inverter);

 private:
  const lexical::Analyzer* analyzer_;
  lexical::TokenStream title_, body_;
};

/// What a document is analysed as: the guess at its language; English where a text is too short to tell and has plain
/// letters only, so that short rows are stemmed like long ones.
std::string_view document_language(std::string_view text);
/// Of its body, or of the first other field that it has.
std::string_view document_language(const Document& document);

/// Names the analysis in a file of postings: files of another one cannot be used together.
uint64_t analyzer_identity(const lexical::AnalyzerSpec& spec);

}  // namespace vicinal::index
