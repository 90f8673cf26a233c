#include "postings/scoring_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/closest_names.h"

namespace vicinal::postings {
namespace {

constexpr std::array<std::pair<std::string_view, Formula>, 4> kWritten = {
    {{"lucene", Formula::lucene}, {"bm25plus", Formula::plus}, {"atire", Formula::atire}, {"okapi", Formula::okapi}}};
constexpr std::string_view kForm = "lucene, bm25plus, atire or okapi, then k1=N, b=N, and delta=N of bm25plus";

Error unknown_word(std::string_view word) {
  const std::vector<std::string> known = {"lucene", "bm25plus", "atire", "okapi", "k1=", "b=", "delta="};
  const size_t equals = word.find('=');
  const std::string_view name = equals == std::string_view::npos ? word : word.substr(0, equals + 1);
  Error error(Code::invalid_argument, "BM25 has no such formula or number");
  error.with("given", word).with("allowed", kForm);
  const auto closest = base::closest_names(name, known, 1);
  return closest.empty() ? error : error.with("fix", "did you mean " + closest.front() + "?");
}

Result<Formula> formula_named(std::string_view name) {
  if (name == "plus") return Formula::plus;
  for (const auto& [written, formula] : kWritten)
    if (written == name) return formula;
  return unknown_word(name);
}

Result<> set_number(std::string_view part, Scoring& scoring) {
  const size_t equals = part.find('=');
  const std::string_view name = part.substr(0, equals);
  double* const target = name == "k1" ? &scoring.k1 : name == "b" ? &scoring.b : nullptr;
  const bool delta = name == "delta" && scoring.formula == Formula::plus;
  if (equals == std::string_view::npos || (target == nullptr && !delta)) return unknown_word(part);
  double value = 0;
  const auto [end, error] = std::from_chars(part.data() + equals + 1, part.data() + part.size(), value);
  if (error != std::errc() || end != part.data() + part.size())
    return Error(Code::invalid_argument, "this is no number").with("given", part);
  (delta ? scoring.delta : *target) = value;
  return {};
}

std::string_view take_word(std::string_view& text) {
  const size_t begin = std::min(text.find_first_not_of(", "), text.size());
  const size_t end = std::min(text.find_first_of(", ", begin), text.size());
  const std::string_view word = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return word;
}

void append_number(std::string_view name, double value, std::string& out) {
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  out.append(name).append(digits, error == std::errc() ? end : digits);
}

}  // namespace

Result<Scoring> parse_scoring(std::string_view text) {
  Scoring scoring;
  std::string_view word = take_word(text);
  if (!word.empty()) {
    VICINAL_TRY(scoring.formula, formula_named(word));
  }
  for (word = take_word(text); !word.empty(); word = take_word(text)) VICINAL_TRY_VOID(set_number(word, scoring));
  VICINAL_TRY_VOID(check(scoring));
  return scoring;
}

std::string scoring_text(const Scoring& scoring) {
  std::string out(std::ranges::find(kWritten, scoring.formula, &std::pair<std::string_view, Formula>::second)->first);
  append_number(",k1=", scoring.k1, out);
  append_number(",b=", scoring.b, out);
  if (scoring.formula == Formula::plus) append_number(",delta=", scoring.delta, out);
  return out;
}

}  // namespace vicinal::postings
