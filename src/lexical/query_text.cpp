#include <cstdio>

#include "lexical/query.h"
#include "lexical/word_keys.h"

namespace vicinal::lexical {
namespace {

std::string keys_text(const ClauseTerm& term) {
  std::string out;
  for (const std::string& key : term.keys) {
    if (!out.empty()) out += '|';
    for (const char byte : key) out += byte == kLanguageMark ? '/' : byte;
  }
  return out;
}

std::string phrase_text(const Clause& clause) {
  std::string out = "\"";
  uint32_t at = 0;
  for (const ClauseTerm& term : clause.terms) {
    if (out.size() > 1) out += ' ';
    for (; at < term.offset; ++at) out += ". ";
    out += keys_text(term);
    at = term.offset + 1;
  }
  return out += '"';
}

std::string weight_text(float weight) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "^%g", static_cast<double>(weight));
  return digits;
}

}  // namespace

std::string to_string(const Clause& clause) {
  std::string out = clause.occur == Occur::required ? "+" : clause.occur == Occur::excluded ? "-" : "";
  if (clause.field != Field::any) out += clause.field == Field::title ? "title:" : "body:";
  out += clause.match == Match::phrase ? phrase_text(clause) : keys_text(clause.terms[0]);
  if (clause.match == Match::prefix) out += '*';
  if (clause.match == Match::fuzzy) out += '~' + std::to_string(clause.max_edits);
  return clause.weight == 1 ? out : out + weight_text(clause.weight);
}

std::string to_string(const Query& query) {
  std::string out;
  for (const Clause& clause : query.clauses) out += (out.empty() ? "" : " ") + to_string(clause);
  return out;
}

}  // namespace vicinal::lexical
