#include "index/spelling_advice.h"

#include <algorithm>
#include <vector>

#include "base/closest_names.h"
#include "lexical/highlight.h"
#include "lexical/spelling.h"

namespace vicinal::index {

namespace {

constexpr size_t kSurfacePassages = 8;

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

/// "Kidney" at the beginning of a sentence for "kidny" is "kidney"; names written in capitals stay.
std::string in_case_of(std::string_view typed, std::string surface) {
  const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (surface.size() > 1 && is_small(typed[0]) && is_capital(surface[0]) && is_small(surface[1]))
    surface[0] = static_cast<char>(surface[0] + ('a' - 'A'));
  return surface;
}

/// How a key is written in a passage; empty where it is not.
Result<std::string> surface_in(const postings::ScoredRow& row, const std::string& key, const WordRules& rules,
                               Documents& documents) {
  VICINAL_TRY(const std::string external, documents.external_id(row.document));
  VICINAL_TRY(const auto found, documents.read(external));
  if (!found || row.ordinal >= found->document.chunks.size()) return std::string();
  const Document& document = found->document;
  const std::string language = rules.document_language(document.metadata, language_text(document));
  lexical::TokenStream scratch;
  const std::string_view passage = document.chunks[row.ordinal].text(document.text);
  std::string_view surface = lexical::find_surface(passage, language, rules.analyzer(), key, scratch);
  if (surface.empty()) surface = lexical::find_surface(document.title, language, rules.analyzer(), key, scratch);
  return std::string(surface);
}

/// A stem stands for several words: the one of the best passages that is nearest to what was typed.
Result<std::string> surface_of(const lexical::Correction& correction, const WordRules& rules,
                               postings::Searcher& searcher, Documents& documents) {
  lexical::Query query;
  query.clauses.push_back({.terms = {{.keys = {correction.key}}}});
  VICINAL_TRY(const postings::PreparedQuery prepared, searcher.prepare(query));
  VICINAL_TRY(const auto rows, searcher.search(prepared, {.limit = kSurfacePassages}));
  std::string nearest;
  for (const postings::ScoredRow& row : rows) {
    VICINAL_TRY(std::string surface, surface_in(row, correction.key, rules, documents));
    const bool nearer = base::edit_distance(surface, correction.from) < base::edit_distance(nearest, correction.from);
    if (!surface.empty() && (nearest.empty() || nearer)) nearest = std::move(surface);
  }
  return in_case_of(correction.from, std::move(nearest));
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
    VICINAL_TRY(surfaces.emplace_back(), surface_of(correction, arm.rules(), searcher, documents));
  }
  if (corrections.empty()) return std::string();
  return lexical::corrected_query(text, query, corrections, surfaces);
}

}  // namespace vicinal::index
