#pragma once
/// The `pre_tokenizer` of a tokenizer.json: where words end. null, BertPreTokenizer, Whitespace, WhitespaceSplit,
/// Punctuation (isolated) and Sequences of them; each is a statement about single code points.

#include <cstdint>
#include <vector>

#include "base/json.h"

namespace vicinal::text {

/// What a normalised code point is to words: between them, a word alone, or part of a run of one class.
enum class WordRole : uint8_t { separator, isolated, word, symbol };

class PreTokenizer {
 public:
  static Result<PreTokenizer> from_json(const base::Json& json);

  WordRole role(char32_t c) const;

 private:
  enum class Rule { bert, white_space_split, white_space, punctuation };
  Result<> add(const base::Json& json, int depth);

  std::vector<Rule> rules_;
};

}  // namespace vicinal::text
