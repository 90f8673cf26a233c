#pragma once
/// One normalised word, and where in the text its bytes came from.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vicinal/tokenizer.h"

namespace vicinal::text {

/// Grows code point by code point. While normalised and original bytes run in step (nearly always) no map between
/// them is kept; the first difference makes one. Not thread-safe.
class Word {
 public:
  /// Bytes of code points after the first `max_code_points` are not kept, only counted: no model looks at them.
  explicit Word(size_t max_code_points) : max_code_points_(max_code_points) {}

  void clear();
  bool empty() const { return code_points_ == 0; }
  bool over_limit() const { return code_points_ > max_code_points_; }
  std::string_view bytes() const { return bytes_; }
  ByteSpan span() const { return {begin_, end_}; }

  /// The part of the text that normalised bytes [begin, end) came from. REQUIRES: begin < end <= bytes().size(), both
  /// on code point boundaries.
  ByteSpan span(size_t begin, size_t end) const;

  /// One normalised code point that came from bytes `source` of the text.
  void append(char32_t c, ByteSpan source);
  /// A run of ASCII letters, normalised, that came from as many bytes at `source_begin`.
  void append_ascii(std::string_view run, uint32_t source_begin);

 private:
  void start_at(uint32_t source_begin);
  void note(size_t bytes_before, ByteSpan source);
  void make_map(size_t bytes);

  size_t max_code_points_;
  size_t code_points_ = 0;
  std::string bytes_;
  uint32_t begin_ = 0, end_ = 0;
  bool in_step_ = true;
  std::vector<ByteSpan> map_;  // per normalised byte, when not in step
};

}  // namespace vicinal::text
