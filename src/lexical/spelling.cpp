#include "lexical/spelling.h"

#include <algorithm>

#include "base/check.h"
#include "lexical/characters.h"
#include "lexical/edit_distance.h"
#include "lexical/word_keys.h"
#include "text/utf8.h"

namespace vicinal::lexical {
namespace {

constexpr size_t kOneEditLetters = 5;  // words up to here are corrected by one edit

/// Letters of a word that is letters only; 0 else.
size_t count_letters(std::string_view word) {
  size_t letters = 0;
  for (size_t at = 0; at < word.size(); ++letters) {
    const text::CodePoint c = text::decode_at(word, at);
    const Character properties = character(c.value);
    if (!properties.is_letter() && properties.kind() != CharClass::extend) return 0;
    at += c.bytes;
  }
  return letters;
}

/// The better of two corrections of one word.
bool is_better(const Correction& a, const Correction& b) {
  if (a.edits != b.edits) return a.edits < b.edits;
  return a.frequency != b.frequency ? a.frequency > b.frequency : a.key < b.key;
}

class WordCorrector {
 public:
  WordCorrector(const TermDictionary& dictionary, const SpellingOptions& options)
      : dictionary_(dictionary), options_(options), left_(options.max_candidates) {}

  std::optional<Correction> correct(const std::vector<std::string>& keys, size_t letters) {
    best_.reset();
    const size_t edits = letters <= kOneEditLetters ? std::min<size_t>(options_.max_edits, 1) : options_.max_edits;
    for (const std::string& key : keys) look_at(EditMatcher(key, edits));
    return best_;
  }

 private:
  void look_at(const EditMatcher& matcher) {
    const std::string_view first = matcher.stem().substr(0, text::decode_at(matcher.stem(), 0).bytes);
    dictionary_.enumerate(first, [&](std::string_view key, uint64_t frequency) {
      if (left_ == 0) return false;
      --left_;
      const size_t edits = matcher.distance(key);
      if (edits > matcher.max_edits() || frequency == 0) return left_ > 0;
      Correction found{.clause = 0, .from = {}, .key = std::string(key), .edits = edits, .frequency = frequency};
      if (!best_ || is_better(found, *best_)) best_ = std::move(found);
      return left_ > 0;
    });
  }

  const TermDictionary& dictionary_;
  const SpellingOptions& options_;
  std::optional<Correction> best_;
  size_t left_;  // keys that may still be looked at
};

/// Part of an identifier, or a word that has parts of its own: what is typed there is no plain word.
bool is_compound(const Query& query, const Clause& clause) {
  return std::ranges::any_of(query.clauses, [&](const Clause& other) {
    const bool same = other.byte_start == clause.byte_start && other.byte_end == clause.byte_end;
    return !same && other.byte_start < clause.byte_end && clause.byte_start < other.byte_end;
  });
}

bool is_known(const Clause& clause, const TermDictionary& dictionary) {
  return std::ranges::any_of(clause.terms[0].keys,
                             [&](const std::string& key) { return dictionary.frequency(key) > 0; });
}

}  // namespace

std::vector<Correction> propose_corrections(std::string_view text, const Query& query, const TermDictionary& dictionary,
                                            const SpellingOptions& options) {
  std::vector<Correction> corrections;
  WordCorrector corrector(dictionary, options);
  size_t looked_at = 0;
  for (size_t i = 0; i < query.clauses.size() && looked_at < kMaxCorrected; ++i) {
    const Clause& clause = query.clauses[i];
    const bool word = clause.match == Match::term && clause.occur != Occur::excluded && clause.byte_end <= text.size();
    if (!word || clause.terms.empty()) continue;
    const std::string_view typed = text.substr(clause.byte_start, clause.byte_end - clause.byte_start);
    const size_t letters = count_letters(typed);
    if (letters < options.min_letters || is_known(clause, dictionary)) continue;
    ++looked_at;
    if (is_compound(query, clause)) continue;
    if (auto found = corrector.correct(clause.terms[0].keys, letters)) {
      found->clause = i;
      found->from = typed;
      corrections.push_back(*std::move(found));
    }
  }
  return corrections;
}

std::string corrected_query(std::string_view text, const Query& query, std::span<const Correction> corrections,
                            std::span<const std::string> surfaces) {
  VICINAL_CHECK_EQ(corrections.size(), surfaces.size());
  std::vector<size_t> order(corrections.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto clause_of = [&](size_t i) -> const Clause& { return query.clauses[corrections[i].clause]; };
  std::ranges::sort(order, {}, [&](size_t i) { return clause_of(i).byte_start; });
  std::string out;
  size_t at = 0;
  for (const size_t i : order) {
    const Clause& clause = clause_of(i);
    if (clause.byte_start < at || clause.byte_end > text.size()) continue;
    out += text.substr(at, clause.byte_start - at);
    out += surfaces[i].empty() ? stem_of_key(corrections[i].key) : std::string_view(surfaces[i]);
    at = clause.byte_end;
  }
  return out += text.substr(at);
}

}  // namespace vicinal::lexical
