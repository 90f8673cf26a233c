#include "index/text_codec.h"

#include <zstd.h>

namespace vicinal::index {

namespace {

constexpr int kLevel = 3;
// Shorter texts come out as small from the first level, in four fifths of the time.
constexpr size_t kLongText = 2048;
constexpr int kLevelOfShort = 1;
constexpr size_t kSmallestWorthTrying = 128;
// Stored plain unless at least a tenth is saved: reading plain text is a copy.
constexpr double kWorthIt = 0.9;

// Making one costs four times what unpacking a passage does.
class Unpacker {
 public:
  ~Unpacker() { ZSTD_freeDCtx(context_); }
  size_t unpack(std::string& out, std::span<const std::byte> body) {
    return ZSTD_decompressDCtx(context_, out.data(), out.size(), body.data(), body.size());
  }

 private:
  ZSTD_DCtx* context_ = ZSTD_createDCtx();
};

Error damaged() { return Error(Code::corrupt, "a stored text cannot be unpacked"); }

}  // namespace

struct TextEncoder::State {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  std::string buffer;
  ~State() { ZSTD_freeCCtx(context); }
};

TextEncoder::TextEncoder() : state_(std::make_unique<State>()) {}
TextEncoder::TextEncoder(TextEncoder&&) noexcept = default;
TextEncoder& TextEncoder::operator=(TextEncoder&&) noexcept = default;
TextEncoder::~TextEncoder() = default;

TextEncoder::Encoded TextEncoder::encode(std::string_view text) {
  const Encoded plain = {TextCoding::plain, std::as_bytes(std::span(text))};
  if (text.size() < kSmallestWorthTrying || state_->context == nullptr) return plain;
  state_->buffer.resize(ZSTD_compressBound(text.size()));
  const size_t bytes = ZSTD_compressCCtx(state_->context, state_->buffer.data(), state_->buffer.size(), text.data(),
                                         text.size(), text.size() < kLongText ? kLevelOfShort : kLevel);
  if (ZSTD_isError(bytes) != 0 || static_cast<double>(bytes) > kWorthIt * static_cast<double>(text.size()))
    return plain;
  return {TextCoding::zstd, std::as_bytes(std::span(state_->buffer).first(bytes))};
}

Result<std::string> decode_text(TextCoding coding, std::span<const std::byte> body, uint64_t bytes) {
  if (bytes > kMaxTextBytes) return damaged();
  if (coding == TextCoding::plain) {
    if (body.size() != bytes) return damaged();
    return std::string(reinterpret_cast<const char*>(body.data()), body.size());
  }
  if (coding != TextCoding::zstd || ZSTD_getFrameContentSize(body.data(), body.size()) != bytes) return damaged();
  std::string text(bytes, '\0');
  thread_local Unpacker unpacker;
  const size_t unpacked = unpacker.unpack(text, body);
  if (ZSTD_isError(unpacked) != 0 || unpacked != bytes) return damaged();
  return text;
}

}  // namespace vicinal::index
