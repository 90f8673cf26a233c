#pragma once
/// Token ids as the model's own tokenizer.json makes them, with the byte span of each token.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vicinal/result.h"

namespace vicinal {
inline namespace v0 {

/// Half-open range of UTF-8 bytes in the text that was encoded. Special tokens have an empty span.
struct ByteSpan {
  uint32_t begin = 0;
  uint32_t end = 0;
  bool operator==(const ByteSpan&) const = default;
};

/// ids[i] covers bytes spans[i] of the text. `cut` says that text was left over at the limit;
/// `bytes_used` is where it stopped (text.size() when nothing was cut).
struct Encoding {
  std::vector<int32_t> ids;
  std::vector<ByteSpan> spans;
  size_t bytes_used = 0;
  bool cut = false;
};

/// Immutable and thread-safe.
class Tokenizer {
 public:
  /// `model`: a known name, a model folder, or a tokenizer.json.
  static Result<Tokenizer> open(std::string_view model);

  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  /// Ids with the model's special tokens around them. `max_tokens` 0: no limit; else special tokens included,
  /// and tokenizing stops there instead of reading the rest. Invalid UTF-8: invalid_argument with the offset.
  Result<Encoding> encode(std::string_view text, size_t max_tokens = 0) const;

  size_t vocabulary_size() const;

 private:
  struct Impl;
  explicit Tokenizer(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

}  // namespace v0
}  // namespace vicinal
