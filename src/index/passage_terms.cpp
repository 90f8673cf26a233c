#include "index/passage_terms.h"

#include <algorithm>

#include "index/store.h"

namespace vicinal::index {

namespace {

constexpr uint32_t kFieldGap = 1;  // no phrase reaches from the title into the text

uint32_t filled_positions(const lexical::TokenStream& stream) {
  uint32_t filled = 0, last = UINT32_MAX;
  for (const lexical::Token& token : stream.tokens()) {
    if (token.position != last) ++filled;
    last = token.position;
  }
  return filled;
}

void put(const lexical::TokenStream& stream, uint32_t first_position, postings::Inverter& inverter) {
  for (const lexical::Token& token : stream.tokens()) inverter.add(stream.key(token), first_position + token.position);
}

bool is_of_title(const Document& document, const Chunk& chunk) {
  const auto field = std::ranges::find(document.fields, chunk.field, &FieldText::field);
  return field != document.fields.end() && field->name == kTitleField;
}

}  // namespace

std::string_view language_text(const Document& document) {
  const auto first = std::ranges::find_if(document.fields, [](const FieldText& field) { return !field.text.empty(); });
  return document.text.empty() && first != document.fields.end() ? std::string_view(first->text) : document.text;
}

void PassageTerms::analyze(std::string_view text, std::string_view language, lexical::TokenStream& out) const {
  out.clear();
  const lexical::Synonyms* const glossary = rules_->glossary();
  rules_->analyzer().analyze(glossary == nullptr ? text : glossary->annotated(text), language, out);
}

void PassageTerms::add(uint64_t id, const Document& document, postings::Inverter& inverter) {
  const std::string language = rules_->document_language(document.metadata, language_text(document));
  analyze(document.title, language, title_);
  const uint32_t title_positions = title_.next_position(), title_length = filled_positions(title_);
  inverter.begin_document(id, rules_->analyzer().key_language(language), title_positions);
  const uint32_t body_begin = title_positions == 0 ? 0 : title_positions + kFieldGap;
  for (const Chunk& chunk : document.chunks) {
    inverter.begin_row();
    put(title_, 0, inverter);
    body_.clear();
    if (!is_of_title(document, chunk)) analyze(document.chunk_text(chunk), language, body_);
    put(body_, body_begin, inverter);
    inverter.end_row(title_length + filled_positions(body_));
  }
}

}  // namespace vicinal::index
