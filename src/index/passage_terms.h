#pragma once
/// The terms of a document's passages, as they go into postings.
///
/// A row is a passage: the title's tokens, a gap of one position, the slice's tokens (of a passage of the field of
/// titles: the title's alone). The title belongs to each passage
/// because a passage often leaves out what it is about, as in embedded strings. Its positions say which field a word
/// is in. What a glossary adds to the slice is part of it. The length of a row counts positions that hold a token:
/// removed stop words are not part of it, as in Lucene.

#include <cstdint>
#include <string_view>

#include "index/word_settings.h"
#include "postings/inverter.h"
#include "vicinal/collection.h"

namespace vicinal::index {

class PassageTerms {
 public:
  explicit PassageTerms(const WordRules& rules) : rules_(&rules) {}

  /// REQUIRES: ids ascend from call to call.
  void add(uint64_t id, const Document& document, postings::Inverter& inverter);

 private:
  void analyze(std::string_view text, std::string_view language, lexical::TokenStream& out) const;

  const WordRules* rules_;
  lexical::TokenStream title_, body_;
};

/// By what a document's language is guessed: its body, or the first other field that it has.
std::string_view language_text(const Document& document);

}  // namespace vicinal::index
