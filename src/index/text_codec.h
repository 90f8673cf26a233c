#pragma once
/// Canonical texts as they lie in the database: zstd where that saves space, else as they are.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/check.h"

namespace vicinal::index {

inline constexpr size_t kMaxTextBytes = size_t{1} << 30;

enum class TextCoding : uint8_t { plain = 0, zstd = 1 };

/// Keeps its compressor between texts. Not thread-safe.
class TextEncoder {
 public:
  TextEncoder();
  TextEncoder(TextEncoder&&) noexcept;
  TextEncoder& operator=(TextEncoder&&) noexcept;
  ~TextEncoder();

  struct Encoded {
    TextCoding coding = TextCoding::plain;
    std::span<const std::byte> bytes;  ///< the text's own memory or the encoder's: until the next call
  };
  /// REQUIRES: at most kMaxTextBytes.
  Encoded encode(std::string_view text);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// `bytes`: the size that was recorded beside it; anything else is corrupt, and nothing larger is allocated.
Result<std::string> decode_text(TextCoding coding, std::span<const std::byte> body, uint64_t bytes);

}  // namespace vicinal::index
