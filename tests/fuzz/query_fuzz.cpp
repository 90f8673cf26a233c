// Any text as a query: clauses are within their bounds, and what they mark in a text (the query itself) lies within it.
// Any text as a glossary: an error, or rules that add nothing when applied twice.

#include <map>

#include "lexical/highlight.h"
#include "lexical/spelling.h"
#include "lexical/synonyms.h"
#include "lexical_text.h"

namespace {

using namespace vicinal;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

void check(const lexical::Query& query, size_t text_bytes) {
  using lexical::Match;
  require(query.clauses.size() <= lexical::kMaxClauses + lexical::Synonyms::kMaxAddedClauses);
  for (const lexical::Clause& clause : query.clauses) {
    require(clause.byte_start <= clause.byte_end && clause.byte_end <= text_bytes && clause.weight > 0);
    require((clause.terms.size() > 1) == (clause.match == Match::phrase) && !clause.terms.empty());
    require(clause.terms.size() <= lexical::kMaxPhraseTerms && clause.terms[0].offset == 0);
    for (size_t i = 0; i < clause.terms.size(); ++i) {
      require(!clause.terms[i].keys.empty() && (i == 0 || clause.terms[i - 1].offset < clause.terms[i].offset));
      for (const std::string& key : clause.terms[i].keys) require(!key.empty() && key.size() <= 255);
    }
  }
}

void check_highlights(const std::string& text, const lexical::Analyzer& analyzer, const lexical::Query& query) {
  lexical::TokenStream scratch;
  const lexical::Highlights found = lexical::find_highlights(text, "en", analyzer, query, scratch);
  size_t at = 0;
  for (const ByteSpan span : found.spans) {
    require(span.begin >= at && span.begin < span.end && span.end <= text.size());
    at = span.end + 1;
  }
  require(found.sentence.has_value() == !found.spans.empty());
}

void check_spelling(const std::string& text, const lexical::Query& query) {
  const std::map<std::string, uint64_t> terms = {{"search", 3}, {"engine", 2}, {"title", 1}};
  const lexical::TermDictionary dictionary{
      .frequency = [&](std::string_view key) { return terms.contains(std::string(key)) ? 1u : 0u; },
      .enumerate =
          [&](std::string_view, const lexical::TermDictionary::Visit& visit) {
            for (const auto& [key, frequency] : terms)
              if (!visit(key, frequency)) return;
          }};
  const auto corrections = lexical::propose_corrections(text, query, dictionary);
  (void)lexical::corrected_query(text, query, corrections, std::vector<std::string>(corrections.size()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const char* const kSpecs[] = {"unicode", "unicode stop=auto segment=icu", "ascii stem=en stop=lucene33"};
  if (size < 1) return 0;
  const lexical::Analyzer analyzer(lexical::AnalyzerSpec::parse(kSpecs[data[0] % std::size(kSpecs)]).value());
  const std::string text = lexical_text({reinterpret_cast<const char*>(data) + 1, size - 1});
  const std::vector<std::string> languages = {"", "en", "de", "ja"};
  const lexical::ParsedQuery parsed = lexical::parse_query(text);
  lexical::Query query = lexical::resolve(parsed, analyzer, languages);
  if (const auto synonyms = lexical::Synonyms::parse(text, "fuzz")) {
    synonyms->expand(parsed, analyzer, languages, query);
    const size_t once = query.clauses.size();
    if (once < lexical::Synonyms::kMaxAddedClauses) {
      synonyms->expand(parsed, analyzer, languages, query);
      require(query.clauses.size() == once);
    }
    const std::string annotated = synonyms->annotated(text);
    require(annotated.size() <= text.size() + lexical::Synonyms::kMaxAddedBytes);
    require(synonyms->annotated(annotated) == annotated);
  }
  check(query, text.size());
  check_highlights(text, analyzer, query);
  check_spelling(text, query);
  return 0;
}
