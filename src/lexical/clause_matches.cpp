#include "lexical/clause_matches.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "lexical/edit_distance.h"
#include "lexical/word_breaks.h"
#include "text/utf8.h"

namespace vicinal::lexical {
namespace {

struct TermPlace {
  uint32_t clause, term;
};

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

class Matching {
 public:
  Matching(std::string_view text, const TokenStream& tokens, const Query& query, Field field)
      : text_(text), tokens_(tokens), query_(query), marked_to_(query.clauses.size()) {
    for (uint32_t i = 0; i < query.clauses.size(); ++i) {
      const Clause& clause = query.clauses[i];
      const bool other = field != Field::any && clause.field != Field::any && clause.field != field;
      if (clause.occur != Occur::excluded && !other && !clause.terms.empty()) add_clause(i, clause);
    }
    if (!has_phrase_) return;
    first_at_.assign(tokens.next_position() + 1, static_cast<uint32_t>(tokens.tokens().size()));
    for (size_t i = tokens.tokens().size(); i-- > 0;) first_at_[tokens.tokens()[i].position] = static_cast<uint32_t>(i);
    for (size_t p = first_at_.size() - 1; p-- > 0;) first_at_[p] = std::min(first_at_[p], first_at_[p + 1]);
  }

  std::vector<ClauseMatch> find() {
    for (const Token& token : tokens_.tokens()) {
      // A document's last character alone is there for prefixes.
      const std::string_view key = tokens_.key(token);
      if (const auto found = terms_.find(key); found != terms_.end())
        for (const TermPlace place : found->second) match_term(place, token);
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
    has_phrase_ = has_phrase_ || clause.match == Match::phrase;
    for (const std::string& key : clause.terms[0].keys) terms_[key].push_back({index, 0});
  }

  void match_term(TermPlace place, const Token& token) {
    const Clause& clause = query_.clauses[place.clause];
    const size_t before = out_.size();
    out_.push_back({place.clause, token.byte_start, token.byte_end});
    for (size_t i = 1; i < clause.terms.size(); ++i) {
      const Token* next = token_at(token.position + clause.terms[i].offset, clause.terms[i].keys);
      if (next == nullptr) return out_.resize(before);
      out_.push_back({place.clause, next->byte_start, next->byte_end});
    }
    if (clause.match == Match::phrase) drop_repeated(place.clause, before);
  }

  /// Phrases that overlap ("a a" in "a a a") share words; without gaps, those are the ones up to where it last ended.
  void drop_repeated(uint32_t clause, size_t before) {
    const std::vector<ClauseTerm>& terms = query_.clauses[clause].terms;
    uint32_t& marked_to = marked_to_[clause];
    const auto first = out_.begin() + static_cast<ptrdiff_t>(before);
    const uint32_t end = out_.back().end;
    if (terms.back().offset + 1 == terms.size())
      out_.erase(first, std::find_if(first, out_.end(), [&](const ClauseMatch& m) { return m.begin >= marked_to; }));
    marked_to = end;
  }

  /// The token at `position` that has one of `keys`.
  const Token* token_at(size_t position, const std::vector<std::string>& keys) const {
    if (position >= tokens_.next_position()) return nullptr;
    for (size_t i = first_at_[position]; i < first_at_[position + 1]; ++i) {
      const Token& token = tokens_.tokens()[i];
      const std::string_view key = tokens_.key(token);
      if (std::ranges::any_of(keys, [&](const std::string& k) { return k == key; })) return &token;
    }
    return nullptr;
  }

  std::string_view text_;
  const TokenStream& tokens_;
  const Query& query_;
  std::unordered_map<std::string_view, std::vector<TermPlace>> terms_;  // by keys of terms and of phrases' first terms
  std::vector<ExpandingClause> expanding_;
  bool has_phrase_ = false;
  std::vector<uint32_t> first_at_;   // by position: the first token there or later
  std::vector<uint32_t> marked_to_;  // by clause, of phrases
  std::vector<ClauseMatch> out_;
};

}  // namespace

std::vector<ClauseMatch> find_matches(std::string_view text, const TokenStream& tokens, const Query& query,
                                      Field field) {
  return Matching(text, tokens, query, field).find();
}

}  // namespace vicinal::lexical
