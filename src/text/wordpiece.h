#pragma once
/// WordPiece: a word becomes the longest vocabulary entry it starts with, then the longest continuation ("##…") of
/// the rest, and so on; a word that cannot be covered so, or is too long, is one unknown token.
/// (Wu et al. 2016, arXiv:1609.08144; the greedy form is BERT's.)

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "text/byte_trie.h"
#include "text/word.h"

namespace vicinal::text {

/// One token of a word: bytes [begin, end) of the normalised word.
struct Piece {
  int32_t id = 0;
  uint32_t begin = 0;
  uint32_t end = 0;
};

/// Immutable and thread-safe.
class WordPiece {
 public:
  /// `model` of a tokenizer.json. corrupt: no vocabulary, an id that is no integer in [0, 2^24), an id given twice,
  /// an unknown-token that the vocabulary lacks.
  static Result<WordPiece> from_json(const base::Json& model);

  /// Replaces `out`. False: the word as a whole is unknown.
  bool tokenize(const Word& word, std::vector<Piece>& out) const;

  int32_t unknown_id() const { return unknown_id_; }
  size_t max_code_points() const { return max_code_points_; }
  /// One more than the largest id.
  size_t id_bound() const { return id_bound_; }
  /// -1 when the vocabulary has no such entry.
  int32_t id_of(std::string_view token) const;

 private:
  Result<> add_vocabulary(const base::Json& vocabulary, std::string_view prefix);
  Result<> add_token(const std::string& token, const base::Json& id, std::string_view prefix);

  ByteTrie initial_;
  ByteTrie continuation_;
  int32_t unknown_id_ = -1;
  size_t max_code_points_ = 0;
  size_t id_bound_ = 0;
};

/// The largest id that any part of a tokenizer.json may name.
inline constexpr int64_t kMaxTokenId = (int64_t{1} << 24) - 1;

/// An id out of JSON; `place` names where in the file. corrupt when it is none.
Result<int32_t> token_id(const base::Json& json, std::string_view place, std::string_view token);

}  // namespace vicinal::text
