#include "lexical/clause_matches.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "lexical/edit_distance.h"
#include "lexical/word_breaks.h"
#include "text/utf8.h"

namespace vicinal::lexical {
namespace {

/// Of a pair of characters that a prefix of one character matched, that one.
uint32_t matched_end(std::string_view text, const Token& token, std::string_view prefix, std::string_view key) {
  if (token.kind != TokenKind::characters || prefix.size() >= key.size()) return token.byte_end;
  const size_t first = token.byte_start + text::decode_at(text, token.byte_start).bytes;
  return static_cast<uint32_t>(std::min<size_t>(skip_extends(text, first), token.byte_end));
}

/// A prefix or fuzzy clause held against keys; what it said of a key is kept, because texts repeat their words.
class ExpandingClause {
 public:
  ExpandingClause(uint32_t index, const Clause& clause) : index_(index), clause_(clause) {
    if (clause.match != Match::fuzzy) return;
    for (const std::string& key : clause.terms[0].keys) matchers_.emplace_back(key, clause.max_edits);
  }

  uint32_t index() const { return index_; }

  /// The prefix that matched, or the key itself; nothing where nothing matches.
  std::optional<std::string_view> match(std::string_view key) {
    if (clause_.match == Match::prefix) return prefix_of(key);
    const auto [place, is_new] = known_.try_emplace(key, false);
    if (is_new) place->second = std::ranges::any_of(matchers_, [&](const EditMatcher& m) { return m.matches(key); });
    return place->second ? std::optional(key) : std::nullopt;
  }

 private:
  std::optional<std::string_view> prefix_of(std::string_view key) const {
    for (const std::string& prefix : clause_.terms[0].keys)
      if (key.starts_with(prefix)) return prefix;
    return {};
  }

  uint32_t index_;
  const Clause& clause_;
  std::vector<EditMatcher> matchers_;
  std::unordered_map<std::string_view, bool> known_;
};

/// Keys of a query as numbers, so that phrases compare numbers.
class KeyNumbers {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  uint32_t add(std::string_view key) {
    return numbers_.try_emplace(key, static_cast<uint32_t>(numbers_.size())).first->second;
  }
  uint32_t of(std::string_view key) const {
    const auto found = numbers_.find(key);
    return found == numbers_.end() ? kNone : found->second;
  }
  size_t size() const { return numbers_.size(); }

 private:
  std::unordered_map<std::string_view, uint32_t> numbers_;
};

/// A term or phrase: for each of its terms the numbers of its keys.
struct NumberedClause {
  std::vector<std::vector<uint32_t>> keys;
  uint32_t marked_to = 0;  // where the last match ended
};

class Matching {
 public:
  Matching(std::string_view text, const TokenStream& tokens, const Query& query, Field field)
      : text_(text), tokens_(tokens), query_(query), clauses_(query.clauses.size()) {
    for (uint32_t i = 0; i < query.clauses.size(); ++i) {
      const Clause& clause = query.clauses[i];
      const bool other = field != Field::any && clause.field != Field::any && clause.field != field;
      if (clause.occur != Occur::excluded && !other && !clause.terms.empty()) add_clause(i, clause);
    }
    for (const Token& token : tokens.tokens()) token_numbers_.push_back(numbers_.of(tokens.key(token)));
    index_positions();
  }

  std::vector<ClauseMatch> find() {
    for (size_t i = 0; i < token_numbers_.size(); ++i) {
      const Token& token = tokens_.tokens()[i];
      if (token_numbers_[i] != KeyNumbers::kNone && token_numbers_[i] < starting_.size())
        for (const uint32_t clause : starting_[token_numbers_[i]]) match_clause(clause, token);
      const std::string_view key = tokens_.key(token);
      for (ExpandingClause& clause : expanding_)
        if (const auto prefix = clause.match(key))
          out_.push_back({clause.index(), token.byte_start, matched_end(text_, token, *prefix, key)});
    }
    return std::move(out_);
  }

 private:
  void add_clause(uint32_t index, const Clause& clause) {
    if (clause.match == Match::prefix || clause.match == Match::fuzzy) {
      expanding_.emplace_back(index, clause);
      return;
    }
    for (const ClauseTerm& term : clause.terms) {
      std::vector<uint32_t>& keys = clauses_[index].keys.emplace_back();
      for (const std::string& key : term.keys) keys.push_back(numbers_.add(key));
    }
    starting_.resize(std::max(starting_.size(), numbers_.size()));
    for (const uint32_t key : clauses_[index].keys[0]) starting_[key].push_back(index);
  }

  void index_positions() {
    const size_t count = tokens_.tokens().size();
    first_at_.assign(tokens_.next_position() + 1, static_cast<uint32_t>(count));
    for (size_t i = count; i-- > 0;) first_at_[tokens_.tokens()[i].position] = static_cast<uint32_t>(i);
    for (size_t p = first_at_.size() - 1; p-- > 0;) first_at_[p] = std::min(first_at_[p], first_at_[p + 1]);
  }

  /// `first` has a key of the clause's first term.
  void match_clause(uint32_t index, const Token& first) {
    const std::vector<ClauseTerm>& terms = query_.clauses[index].terms;
    for (size_t i = 1; i < terms.size(); ++i)
      if (token_at(first.position + terms[i].offset, clauses_[index].keys[i]) == nullptr) return;
    // Phrases that overlap ("a a" in "a a a") share words; without gaps, those up to where the last one ended.
    const uint32_t marked_to = terms.back().offset + 1 == terms.size() ? clauses_[index].marked_to : 0;
    for (size_t i = 0; i < terms.size(); ++i) {
      const Token& token = i == 0 ? first : *token_at(first.position + terms[i].offset, clauses_[index].keys[i]);
      if (token.byte_start >= marked_to || terms.size() == 1) out_.push_back({index, token.byte_start, token.byte_end});
      clauses_[index].marked_to = token.byte_end;
    }
  }

  /// The token at `position` that has one of these keys.
  const Token* token_at(size_t position, const std::vector<uint32_t>& keys) const {
    if (position >= tokens_.next_position()) return nullptr;
    for (size_t i = first_at_[position]; i < first_at_[position + 1]; ++i)
      if (std::ranges::find(keys, token_numbers_[i]) != keys.end()) return &tokens_.tokens()[i];
    return nullptr;
  }

  std::string_view text_;
  const TokenStream& tokens_;
  const Query& query_;
  KeyNumbers numbers_;
  std::vector<NumberedClause> clauses_;
  std::vector<std::vector<uint32_t>> starting_;  // by key: the clauses whose first term has it
  std::vector<ExpandingClause> expanding_;
  std::vector<uint32_t> token_numbers_;
  std::vector<uint32_t> first_at_;  // by position: the first token there or later
  std::vector<ClauseMatch> out_;
};

}  // namespace

std::vector<ClauseMatch> find_matches(std::string_view text, const TokenStream& tokens, const Query& query,
                                      Field field) {
  return Matching(text, tokens, query, field).find();
}

}  // namespace vicinal::lexical
