#pragma once
/// Added tokens: strings that are tokens wherever they stand in the text, before words are looked for.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "text/byte_trie.h"
#include "vicinal/tokenizer.h"

namespace vicinal::text {

struct AddedToken {
  std::string content;
  int32_t id = -1;
  bool single_word = false;  ///< only where no word character touches it
  bool strip_left = false;   ///< white space before it belongs to it
  bool strip_right = false;
  bool normalized = false;  ///< looked for in the normalised text; else in the text as written
};

/// The list `added_tokens` of a tokenizer.json; entries without content are left out. Ids are as written there.
Result<std::vector<AddedToken>> parse_added_tokens(const base::Json& list);

/// Finds a set of added tokens: leftmost first, the longest of those that start there. Immutable and thread-safe.
class AddedTokenFinder {
 public:
  struct Match {
    size_t begin = 0, end = 0;  ///< with the white space that the token takes in
    size_t search_from = 0;     ///< where to look for the next one
    int32_t id = -1;
  };

  /// `pattern` is what is looked for: the content, maybe normalised; must not be empty. False: too many tokens.
  bool add(const AddedToken& token, std::string_view pattern);

  /// True if white space occurs within a pattern.
  bool spans_white_space() const { return spans_white_space_; }

  /// The first token that starts in [search_from, limit). `taken`: bytes before it belong to an earlier match.
  std::optional<Match> find(std::string_view text, size_t search_from, size_t limit, size_t taken) const;

 private:
  size_t next_candidate(std::string_view text, size_t from, size_t limit) const;
  static Match widen(const AddedToken& token, std::string_view text, ByteSpan hit, size_t taken);

  std::vector<AddedToken> tokens_;
  ByteTrie patterns_;
  std::string first_bytes_;  // each once
  bool spans_white_space_ = false;
};

}  // namespace vicinal::text
