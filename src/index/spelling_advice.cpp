#include "index/spelling_advice.h"

#include <algorithm>
#include <vector>

#include "lexical/highlight.h"
#include "lexical/spelling.h"

namespace vicinal::index {

namespace {

/// The dictionary of a collection for spelling, which knows no errors: the first one is kept.
class Dictionary {
 public:
  Dictionary(LexicalArm& arm, postings::Searcher& searcher) : arm_(arm), searcher_(searcher) {}

  lexical::TermDictionary terms() {
    return {.frequency = [this](std::string_view key) { return frequency(key); },
            .enumerate = [this](std::string_view prefix,
                                const lexical::TermDictionary::Visit& visit) { keep(arm_.each_key(prefix, visit)); }};
  }
  uint64_t frequency(std::string_view key) {
    const auto rows = searcher_.document_frequency(key);
    if (rows) return *rows;
    keep(rows.error());
    return 0;
  }
  const Result<>& state() const { return state_; }

 private:
  void keep(Result<> result) {
    if (state_.ok() && !result.ok()) state_ = std::move(result);
  }

  LexicalArm& arm_;
  postings::Searcher& searcher_;
  Result<> state_;
};

/// How a key is written in the best passage that holds it.
Result<std::string> surface_of(const std::string& key, LexicalArm& arm, postings::Searcher& searcher,
                               Documents& documents) {
  lexical::Query query;
  query.clauses.push_back({.terms = {{.keys = {key}}}});
  VICINAL_TRY(const postings::PreparedQuery prepared, searcher.prepare(query));
  VICINAL_TRY(const auto rows, searcher.search(prepared, {.limit = 1}));
  if (rows.empty()) return std::string();
  VICINAL_TRY(const std::string external, documents.external_id(rows.front().document));
  VICINAL_TRY(const auto found, documents.read(external));
  if (!found || rows.front().ordinal >= found->document.chunks.size()) return std::string();
  const Document& document = found->document;
  const std::string language = arm.rules().document_language(document.metadata, document.text);
  lexical::TokenStream scratch;
  for (const std::string_view text :
       {document.chunks[rows.front().ordinal].text(document.text), std::string_view(document.title)}) {
    const std::string_view surface = lexical::find_surface(text, language, arm.rules().analyzer(), key, scratch);
    if (!surface.empty()) return std::string(surface);
  }
  return std::string();
}

/// True if a rule of the glossary knows the words at the clause's place.
bool is_in_glossary(const lexical::Clause& clause, const lexical::Query& query, const lexical::Query& expanded) {
  const auto added = std::span(expanded.clauses).subspan(query.clauses.size());
  return std::ranges::any_of(added, [&](const lexical::Clause& other) {
    return other.byte_start <= clause.byte_start && clause.byte_end <= other.byte_end;
  });
}

}  // namespace

Result<std::string> suggested_query(std::string_view text, const lexical::Query& query, const lexical::Query& expanded,
                                    LexicalArm& arm, postings::Searcher& searcher, Documents& documents) {
  Dictionary dictionary(arm, searcher);
  std::vector<lexical::Correction> corrections = lexical::propose_corrections(text, query, dictionary.terms());
  std::erase_if(corrections, [&](const lexical::Correction& correction) {
    return is_in_glossary(query.clauses[correction.clause], query, expanded) ||
           dictionary.frequency(correction.key) == 0;  // only removed passages have it
  });
  VICINAL_TRY_VOID(dictionary.state());
  std::vector<std::string> surfaces;
  for (const lexical::Correction& correction : corrections) {
    VICINAL_TRY(surfaces.emplace_back(), surface_of(correction.key, arm, searcher, documents));
  }
  if (corrections.empty()) return std::string();
  return lexical::corrected_query(text, query, corrections, surfaces);
}

}  // namespace vicinal::index
