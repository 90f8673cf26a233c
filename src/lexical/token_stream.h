#pragma once
/// Where an analyzer puts its tokens; made once and used for many texts.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vicinal::lexical {

class AnalysisScratch;

enum class TokenKind : uint8_t {
  word,            ///< a word of the text
  whole,           ///< an identifier as it is written; its parts follow, the first at the same position
  part,            ///< of a `whole`
  characters,      ///< two neighbouring characters of a script without spaces, or a run of just one
  last_character,  ///< the last character of such a run of several, alone: a document's, never to be asked of a query
};

/// Bytes [byte_start, byte_end) of the text gave the key at [key_begin, key_begin + key_bytes) of the arena.
struct Token {
  uint32_t key_begin = 0;
  uint32_t position = 0;
  uint32_t byte_start = 0;
  uint32_t byte_end = 0;
  uint8_t key_bytes = 0;  ///< 1 … 255
  TokenKind kind = TokenKind::word;
};

/// Tokens of one text, in the order of their positions, and at one position by where they start (a whole before its
/// parts). Not thread-safe: one per thread. Holds stemmers and a cache of words besides, so that a stream that is used
/// again is faster than a new one.
class TokenStream {
 public:
  static constexpr size_t kMaxKeyBytes = 255;

  TokenStream();
  TokenStream(TokenStream&&) noexcept;
  TokenStream& operator=(TokenStream&&) noexcept;
  ~TokenStream();

  /// Forgets the tokens; keeps memory, stemmers and cache.
  void clear() {
    tokens_.clear();
    arena_.clear();
    next_position_ = 0;
  }

  std::span<const Token> tokens() const { return tokens_; }
  /// Valid until the stream is changed.
  std::string_view key(const Token& token) const {
    return std::string_view(arena_).substr(token.key_begin, token.key_bytes);
  }
  /// One more than the last position given away: the length of the text, as BM25 counts it. Stop words that were
  /// removed count.
  uint32_t next_position() const { return next_position_; }
  /// Leaves `positions` free before what is analysed next, so that no phrase reaches over (title and body, say).
  void skip_positions(uint32_t positions) { next_position_ += positions; }

  /// For analyzers. REQUIRES: 1 <= key.size() <= kMaxKeyBytes.
  void add(std::string_view key, uint32_t position, uint32_t byte_start, uint32_t byte_end, TokenKind kind) {
    tokens_.push_back({.key_begin = static_cast<uint32_t>(arena_.size()),
                       .position = position,
                       .byte_start = byte_start,
                       .byte_end = byte_end,
                       .key_bytes = static_cast<uint8_t>(key.size()),
                       .kind = kind});
    arena_.append(key);
  }
  uint32_t take_position() { return next_position_++; }
  AnalysisScratch& scratch() { return *scratch_; }

 private:
  std::vector<Token> tokens_;
  std::string arena_;
  uint32_t next_position_ = 0;
  std::unique_ptr<AnalysisScratch> scratch_;
};

}  // namespace vicinal::lexical
