#include <algorithm>
#include <unordered_map>

#include "lexical/characters.h"
#include "lexical/query.h"
#include "lexical/query_units.h"
#include "text/utf8.h"

namespace vicinal::lexical {
namespace {

/// Equal for clauses that ask the same, whatever their weight and place.
std::string identity(const Clause& clause) {
  std::string id = {static_cast<char>(clause.occur), static_cast<char>(clause.match), static_cast<char>(clause.field),
                    static_cast<char>(clause.max_edits)};
  for (const ClauseTerm& term : clause.terms) {
    id += std::to_string(term.offset);
    for (const std::string& key : term.keys) (id += '\0') += key;
    id += '\n';
  }
  return id;
}

/// Words with hyphens between, and nothing else.
bool is_hyphenated(std::string_view whole) {
  for (size_t at = 0; at < whole.size();) {
    const text::CodePoint c = text::decode_at(whole, at);
    const Character properties = character(c.value);
    const bool hyphen = c.value == U'-' || c.value == U'\u2010' || c.value == U'\u2011';
    const bool sign = c.value == U'\'' || c.value == U'\u2019' || properties.kind() == CharClass::extend;
    if (!hyphen && !sign && !properties.is_letter()) return false;
    at += c.bytes;
  }
  return true;
}

/// Weights of units one after another: what a part counts depends on the whole before it.
class UnitWeights {
 public:
  explicit UnitWeights(std::string_view text) : text_(text) {}

  float weight(const QueryUnit& unit) {
    if (unit.kind == TokenKind::whole) return open_whole(unit);
    if (unit.kind != TokenKind::part) {
      word_ = unit;
      return 1;
    }
    if (word_.position == unit.position && unit.end <= word_.end) return kMinorWeight;  // of mixed case
    // A word of mixed case within an identifier is a part as well, and its own parts follow it.
    word_ = unit;
    return unit.end <= whole_end_ ? part_weight_ : 1;
  }

 private:
  float open_whole(const QueryUnit& unit) {
    const bool words = is_hyphenated(text_.substr(unit.begin, unit.end - unit.begin));
    if (unit.end > whole_end_) {
      whole_end_ = unit.end;
      part_weight_ = words ? 1 : kIdentifierPartWeight;
    }
    return words ? kMinorWeight : kIdentifierWeight;
  }

  std::string_view text_;
  QueryUnit word_{.position = UINT32_MAX};
  uint32_t whole_end_ = 0;
  float part_weight_ = 1;
};

class Resolver {
 public:
  Resolver(const Analyzer& analyzer, std::span<const std::string> languages, bool stop)
      : stop_(stop), units_(analyzer, languages) {
    if (units_.languages_left_out()) note("more languages than are asked for at once");
  }

  void add(const QueryPiece& piece) {
    const std::string id = piece_identity(piece);
    const auto known = pieces_.find(id);
    if (known == pieces_.end()) {
      added_.clear();
      add_new(piece);
      pieces_.emplace(id, added_);
      return;
    }
    for (const auto& [clause, weight] : known->second) out_.clauses[clause].weight += weight;
  }

  bool only_stop_words() const { return out_.clauses.empty() && stop_words_ > 0; }

  Query finish() {
    const bool only_exclusions = !out_.clauses.empty() && std::ranges::all_of(out_.clauses, [](const Clause& clause) {
      return clause.occur == Occur::excluded;
    });
    if (only_exclusions) {
      note("only exclusions: they are read as text");
      for (Clause& clause : out_.clauses) clause.occur = Occur::optional;
    }
    if (out_.clauses.empty()) note("no word in the query");
    return std::move(out_);
  }

  void note(std::string_view text) {
    if (std::ranges::find(out_.notes, text) == out_.notes.end()) out_.notes.emplace_back(text);
  }

 private:
  static std::string piece_identity(const QueryPiece& piece) {
    return std::string{static_cast<char>(piece.occur), static_cast<char>(piece.match), static_cast<char>(piece.field),
                       static_cast<char>(piece.max_edits)} +
           piece.text;
  }

  void add_new(const QueryPiece& piece) {
    std::string_view text = piece.text;
    if (text.size() > kMaxPieceBytes) {
      text = text.substr(0, text::boundary_at_or_before(text, kMaxPieceBytes));
      note("a text without spaces is longer than is read");
    }
    const std::vector<QueryUnit> units = units_.units(text, {.stop = stop_});
    if (units.empty()) {
      stop_words_ += stop_ && !units_.units(text, {.stop = false}).empty();
    } else if (piece.match == Match::prefix || piece.match == Match::fuzzy) {
      add_expanding(piece, text, units);
    } else if (piece.match == Match::phrase || piece.occur != Occur::optional) {
      add_phrase(piece, units);
    } else {
      add_words(piece, text, units);
    }
  }

  void add_words(const QueryPiece& piece, std::string_view text, const std::vector<QueryUnit>& units) {
    UnitWeights weights(text);
    for (const QueryUnit& unit : units) add_unit(piece, unit, weights.weight(unit));
  }

  void add_unit(const QueryPiece& piece, const QueryUnit& unit, float weight) {
    add_clause({.occur = piece.occur,
                .match = unit.single_character ? Match::prefix : Match::term,
                .field = piece.field,
                .terms = {{unit.keys, 0}},
                .weight = weight,
                .byte_start = piece.text_start + unit.begin,
                .byte_end = piece.text_start + unit.end});
  }

  void add_phrase(const QueryPiece& piece, const std::vector<QueryUnit>& units) {
    std::vector<QueryUnit> chosen = phrase_units(units);
    if (chosen.size() == 1) return add_unit(piece, chosen[0], 1);
    if (chosen.size() > kMaxPhraseTerms) {
      note("a phrase is longer than is asked for: its beginning is");
      chosen.resize(kMaxPhraseTerms);
    }
    Clause clause{.occur = piece.occur,
                  .match = Match::phrase,
                  .field = piece.field,
                  .byte_start = piece.byte_start,
                  .byte_end = piece.byte_end};
    for (QueryUnit& unit : chosen) clause.terms.push_back({std::move(unit.keys), unit.position - chosen[0].position});
    add_clause(std::move(clause));
  }

  /// Prefix and fuzzy are of one word or of one identifier as a whole; anything else is text.
  void add_expanding(const QueryPiece& piece, std::string_view text, const std::vector<QueryUnit>& units) {
    const QueryUnit& first = units[0];
    const bool one = first.kind != TokenKind::characters && first.end >= units.back().end;
    if (!one || expanding_ == kMaxExpandingClauses) {
      if (one) note("more prefixes and fuzzy words than are expanded: the others are words");
      return piece.occur == Occur::optional ? add_words(piece, text, units) : add_phrase(piece, units);
    }
    ++expanding_;
    Clause clause{.occur = piece.occur,
                  .match = piece.match,
                  .field = piece.field,
                  .terms = {{first.keys, 0}},
                  .max_edits = piece.max_edits,
                  .byte_start = piece.byte_start,
                  .byte_end = piece.byte_end};
    if (piece.match == Match::prefix) add_unstemmed(text, clause.terms[0].keys);
    add_clause(std::move(clause));
  }

  /// A prefix is the beginning of words as they are written; the stems stay, for words that are shorter than it.
  void add_unstemmed(std::string_view text, std::vector<std::string>& keys) {
    const std::vector<QueryUnit> units = units_.units(text, {.stem = false, .stop = stop_});
    if (!units.empty()) keys.insert(keys.end(), units[0].keys.begin(), units[0].keys.end());
    std::ranges::sort(keys);
    keys.erase(std::ranges::unique(keys).begin(), keys.end());
  }

  void add_clause(Clause clause) {
    const auto [place, is_new] = clauses_.try_emplace(identity(clause), out_.clauses.size());
    if (is_new && out_.clauses.size() == kMaxClauses) {
      clauses_.erase(place);
      return note("more different words than are asked for: the first ones are");
    }
    added_.emplace_back(place->second, clause.weight);
    if (!is_new) {
      out_.clauses[place->second].weight += clause.weight;
    } else {
      out_.clauses.push_back(std::move(clause));
    }
  }

  bool stop_;
  QueryUnits units_;
  Query out_;
  size_t expanding_ = 0, stop_words_ = 0;
  std::unordered_map<std::string, size_t> clauses_;  // by identity
  std::vector<std::pair<size_t, float>> added_;      // clauses of the piece at hand, and what it added to them
  std::unordered_map<std::string, std::vector<std::pair<size_t, float>>> pieces_;
};

}  // namespace

Query resolve(const ParsedQuery& parsed, const Analyzer& analyzer, std::span<const std::string> languages) {
  Resolver resolver(analyzer, languages, true);
  for (const QueryPiece& piece : parsed.pieces) resolver.add(piece);
  Query query;
  if (resolver.only_stop_words()) {
    Resolver with_all(analyzer, languages, false);
    with_all.note("only stop words: they count");
    for (const QueryPiece& piece : parsed.pieces) with_all.add(piece);
    query = with_all.finish();
  } else {
    query = resolver.finish();
  }
  query.notes.insert(query.notes.begin(), parsed.notes.begin(), parsed.notes.end());
  return query;
}

}  // namespace vicinal::lexical
