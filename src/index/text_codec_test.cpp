#include "index/text_codec.h"

#include <gtest/gtest.h>

namespace vicinal::index {
namespace {

std::string repeated(size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += "the same words again and again, ";
  return text;
}

TEST(TextCodec, EveryTextComesBackAndLongOnesTakeLessRoom) {
  TextEncoder encoder;
  for (const std::string& text : {std::string(), std::string("short"), std::string(5000, 'a'), repeated(100000)}) {
    const auto encoded = encoder.encode(text);
    EXPECT_EQ(decode_text(encoded.coding, encoded.bytes, text.size()).value(), text);
    if (text.size() > 1000) {
      EXPECT_LT(encoded.bytes.size(), text.size() / 2);
    }
  }
}

TEST(TextCodec, AWrongSizeOrDamagedBytesAreRefusedBeforeAllocating) {
  TextEncoder encoder;
  const std::string text = repeated(4000);
  const auto encoded = encoder.encode(text);
  ASSERT_EQ(encoded.coding, TextCoding::zstd);
  EXPECT_FALSE(decode_text(encoded.coding, encoded.bytes, text.size() + 1).ok());
  EXPECT_FALSE(decode_text(encoded.coding, encoded.bytes, uint64_t{1} << 60).ok());
  EXPECT_FALSE(decode_text(encoded.coding, encoded.bytes.first(encoded.bytes.size() - 1), text.size()).ok());
  EXPECT_FALSE(decode_text(TextCoding::plain, encoded.bytes, text.size()).ok());
  EXPECT_FALSE(decode_text(static_cast<TextCoding>(9), encoded.bytes, text.size()).ok());
  EXPECT_FALSE(decode_text(TextCoding::zstd, {}, 0).ok());
}

}  // namespace
}  // namespace vicinal::index
