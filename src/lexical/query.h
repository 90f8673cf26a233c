#pragma once
/// What a person types, as clauses that an inverted index can answer.
///
///     query   := piece*                                       separated by white space
///     piece   := ["+" | "-"] [("title" | "body") ":"] (word | phrase)
///     phrase  := '"' text '"'
///     word    := text without white space, then maybe "*" (prefix) or "~", "~1", "~2" (fuzzy; "~" is "~1" up to five
///                letters and "~2" beyond)
///
/// "+" and "-" are signs only at the start of a piece and directly before a letter, a digit, a quote or a field; else
/// they are text. Nothing is ever refused: an open quote reaches to the end, a query of exclusions alone is read as
/// text, what holds no word is left out with a note. Examples: docs/lexical.md.
///
/// An identifier (`E-4021`, `foo_bar`) gives a clause for the whole and one for each part, so that what has the
/// whole comes first; required, excluded or quoted it is the phrase of its parts (`C++`, which has one part, and
/// `GitHub`, which is one word, are a term). So is a run of Chinese, Japanese or Thai; one such character alone is a
/// prefix, since an index has it as the first of a pair.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lexical/analyzer.h"

namespace vicinal::lexical {

enum class Occur : uint8_t { optional, required, excluded };
enum class Match : uint8_t { term, phrase, prefix, fuzzy };
enum class Field : uint8_t { any, title, body };

/// Bounds of a query: what is beyond is left out, and a note says so.
inline constexpr size_t kMaxQueryBytes = size_t{1} << 20;  ///< read of a query's text
inline constexpr size_t kMaxPieces = 16384;
inline constexpr size_t kMaxPieceBytes = 16384;  ///< a longer piece (a text without spaces) is cut
inline constexpr size_t kMaxClauses = 1024;
inline constexpr size_t kMaxPhraseTerms = 64;
inline constexpr size_t kMaxExpandingClauses = 32;  ///< prefix and fuzzy; further ones are terms
inline constexpr size_t kMaxQueryLanguages = 64;

/// Weights of an identifier's clauses beside a plain word's 1. Where the whole is words with hyphens between, the parts
/// are words and keep 1, and the whole has the minor weight; so have the parts of a word of mixed case (`GitHub`).
inline constexpr float kIdentifierWeight = 1.5F, kIdentifierPartWeight = 0.75F, kMinorWeight = 0.5F;

/// One piece as typed.
struct QueryPiece {
  Occur occur = Occur::optional;
  Match match = Match::term;  ///< term, prefix or fuzzy of a word, phrase of quoted text
  Field field = Field::any;
  uint8_t max_edits = 0;  ///< 1 or 2 of fuzzy
  std::string text;       ///< without signs, quotes, field, "*" and "~"
  size_t text_start = 0;  ///< where `text` begins in the query
  size_t byte_start = 0;  ///< of the piece in the query, signs included
  size_t byte_end = 0;
  bool operator==(const QueryPiece&) const = default;
};

struct ParsedQuery {
  std::vector<QueryPiece> pieces;
  std::vector<std::string> notes;
};

/// REQUIRES: valid UTF-8.
ParsedQuery parse_query(std::string_view text);

/// What stands at one place of a clause: any of `keys` does. They are the forms of one word in the languages asked for
/// (documents of different languages share no stems, so at most one is in a document, with rare exceptions) and, of a
/// prefix, the stem that the prefix itself has. Sorted, each once.
struct ClauseTerm {
  std::vector<std::string> keys;
  uint32_t offset = 0;  ///< position in the phrase, from 0; gaps are stop words
  bool operator==(const ClauseTerm&) const = default;
};

struct Clause {
  Occur occur = Occur::optional;
  Match match = Match::term;
  Field field = Field::any;
  std::vector<ClauseTerm> terms;  ///< one; of a phrase two or more, with ascending offsets
  uint8_t max_edits = 0;          ///< of fuzzy
  float weight = 1;               ///< repeated terms add theirs
  size_t byte_start = 0;          ///< in the query, of the first occurrence
  size_t byte_end = 0;
  bool operator==(const Clause&) const = default;
};

/// Prefix: a key matches that starts with one of `keys`; a key that ends in '\x01' and a code thus matches itself only.
/// Fuzzy: lexical/edit_distance.h. Phrase: some document position p has, for each term, one of its keys at p + offset.
struct Query {
  std::vector<Clause> clauses;
  std::vector<std::string> notes;  ///< for --explain: "a quote was left open", "only stop words" …
};

/// `languages`: those of the documents that are searched ("" among them where some have none). Bounded time.
Query resolve(const ParsedQuery& parsed, const Analyzer& analyzer, std::span<const std::string> languages);

/// For people (--explain): `+solar -"heat pump" title:comput/en|computing* serach~1 e-4021^1.5`. Alternatives have bars
/// between, a stem its language behind a slash, a phrase a dot for each stop word that it leaves out.
std::string to_string(const Clause& clause);
std::string to_string(const Query& query);

}  // namespace vicinal::lexical
