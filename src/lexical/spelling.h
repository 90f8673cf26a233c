#pragma once
/// "Did you mean": what a query's words may have been meant to be, where the index has none of them.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lexical/query.h"

namespace vicinal::lexical {

/// The dictionary of an index, as far as spelling asks it.
struct TermDictionary {
  /// In how many documents the key is; 0 where it is none.
  std::function<uint64_t(std::string_view key)> frequency;
  /// Calls `visit` for keys that begin with `prefix`, all of them or those that a dictionary finds near; which ones are
  /// within the edits is tested here. Stops when `visit` says false.
  using Visit = std::function<bool(std::string_view key, uint64_t frequency)>;
  std::function<void(std::string_view prefix, const Visit& visit)> enumerate;
};

struct SpellingOptions {
  size_t max_edits = 2;               ///< one for words up to five letters
  size_t min_letters = 3;             ///< shorter words are not corrected
  size_t max_candidates = 1'000'000;  ///< keys looked at in all: a tenth of a second
};

/// One word of a query and what it may have been meant to be.
struct Correction {
  size_t clause = 0;  ///< whose bytes the word has
  std::string from;   ///< as typed
  std::string key;    ///< of the dictionary; shown to people by find_surface (highlight.h), else without its mark
  size_t edits = 0;
  uint64_t frequency = 0;
  bool operator==(const Correction&) const = default;
};

/// Corrections of the terms (no phrases, prefixes, identifiers' wholes and parts, or words with digits) that have no
/// key in the dictionary: the nearest key with the same first letter; of equals the most frequent, then the first in
/// order. `text`: the query. At most kMaxCorrected words are looked at.
inline constexpr size_t kMaxCorrected = 16;
std::vector<Correction> propose_corrections(std::string_view text, const Query& query, const TermDictionary& dictionary,
                                            const SpellingOptions& options = {});

/// The query with each corrected word replaced; `surfaces[i]` is what corrections[i] is shown as.
std::string corrected_query(std::string_view text, const Query& query, std::span<const Correction> corrections,
                            std::span<const std::string> surfaces);

}  // namespace vicinal::lexical
