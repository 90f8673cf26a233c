#pragma once
/// Cuts a text into passages of at most a number of tokens, at the best boundary at hand: heading, blank line,
/// line, sentence, word, character, in this order.
///
/// Promises: every chunk is a slice of the text; none is over the limit when counted alone, except a single code point
/// that is more tokens than the limit (a Hangul syllable taken apart, at a limit of two); together they cover all
/// but white space; none lies wholly inside another; each starts after the one before (progress for
/// any overlap); cuts fall on code point boundaries (grapheme boundaries where the limit allows).

#include <functional>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "text/tokenizer.h"
#include "vicinal/chunker.h"

namespace vicinal::text {

/// Version of the cutting rules: part of a collection's recipe, raised when the same input would be cut otherwise.
inline constexpr int kChunkerVersion = 1;

/// REQUIRES: valid UTF-8; 0 <= overlap < size. `size` and `overlap` in tokens of `tokenizer`, without special tokens.
std::vector<Chunk> chunk_recursive(std::string_view text, const Tokenizer& tokenizer, size_t size, size_t overlap);

/// The whole text as one chunk, without the white space around it; no chunk for a blank text.
std::vector<Chunk> chunk_none(std::string_view text, const Tokenizer& tokenizer);

}  // namespace vicinal::text
