#include "read/decode.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "read/document.h"

namespace vicinal::read {
namespace {

using namespace std::string_view_literals;

Document plain(std::string_view bytes) { return read_bytes(bytes, Format::plain).value(); }

TEST(Decode, CleanUtf8IsTheFileItself) {
  const Document document = plain("one\ntwo \u00e9\n");
  EXPECT_EQ(document.text, "one\ntwo \u00e9\n");
  EXPECT_TRUE(document.marks.empty());
  EXPECT_EQ(document.title, "");
}

TEST(Decode, DropsTheByteOrderMarkAndRemembersIt) {
  const Document document = plain(
      "\xEF\xBB\xBF"
      "abc");
  EXPECT_EQ(document.text, "abc");
  EXPECT_EQ(document.file_offset(0), 3u);
  EXPECT_EQ(document.file_offset(2), 5u);
}

TEST(Decode, WindowsLineEndsBecomeNewlinesWithTheWayBack) {
  const std::string file = "one\r\ntwo\r\n\r\nthree";
  const Document document = plain(file);
  EXPECT_EQ(document.text, "one\ntwo\n\nthree");
  for (std::string_view word : {"one", "two", "three"}) {
    EXPECT_EQ(document.file_offset(document.text.find(word)), file.find(word)) << word;
  }
  EXPECT_EQ(document.file_offset(document.text.size()), file.size());
}

TEST(Decode, LoneCarriageReturnsEndLinesOnlyInFilesWithoutNewlines) {
  EXPECT_EQ(plain("a\rb\rc").text, "a\nb\nc");
  EXPECT_EQ(plain("10%\r20%\nend\r").text, "10% 20%\nend ");
}

TEST(Decode, ReadsUtf16OfBothOrders) {
  EXPECT_EQ(plain("\xFF\xFE"
                  "a\0\xE9\0\n\0\x3D\xD8\x00\xDE"sv)
                .text,
            "a\u00e9\n\U0001F600");
  EXPECT_EQ(plain("\xFE\xFF"
                  "\0a\0\xE9\0\n"sv)
                .text,
            "a\u00e9\n");
  EXPECT_EQ(plain("\xFF\xFE"
                  "\x3D\xD8"
                  "a\0"sv)
                .text,
            "\uFFFD"
            "a");  // half a surrogate pair
}

TEST(Decode, Utf16LinesLeadBackExactly) {
  const Document document = plain(
      "\xFF\xFE"
      "a\0b\0\r\0\n\0c\0d\0"sv);
  EXPECT_EQ(document.text, "ab\ncd");
  EXPECT_EQ(document.file_offset(3), 10u);
}

// Broken units grow from two bytes to three: estimates inside such a stretch would pass the end of the file.
TEST(Decode, NoOffsetOfABrokenFileLeadsPastItsEnd) {
  std::string bytes = "\xFF\xFE";
  for (int i = 0; i < 40; ++i) bytes += "\xFF\xDC";
  bytes += "\r\0\n\0"sv;
  const Document document = plain(bytes);
  size_t last = 0;
  for (size_t offset = 0; offset <= document.text.size(); ++offset) {
    EXPECT_GE(document.file_offset(offset), last);
    last = document.file_offset(offset);
  }
  EXPECT_LE(last, bytes.size());
}

TEST(Decode, Windows1252IsTakenWhereItFits) {
  EXPECT_EQ(plain("caf\xE9 \x93quoted\x94 \x80").text, "caf\u00e9 \u201cquoted\u201d \u20ac");
  const Document document = plain("\xE9\xE8 x");
  EXPECT_EQ(document.file_offset(document.text.find('x')), 3u);
}

TEST(Decode, MostlyValidUtf8IsRepairedInstead) {
  EXPECT_EQ(plain("\u00e9\u00e8\u00ea \xFF end").text, "\u00e9\u00e8\u00ea \uFFFD end");
  EXPECT_EQ(plain("cut\x81short").text, "cut\uFFFDshort");  // 81 is undefined in Windows-1252
}

TEST(Decode, ANulAfterTheProbeBecomesAReplacement) {
  const std::string bytes = std::string(9000, 'x') + '\0' + "y";
  const Document document = plain(bytes);
  EXPECT_EQ(document.text, std::string(9000, 'x') + "\uFFFDy");
  EXPECT_EQ(document.file_offset(9003), 9001u);
}

TEST(Decode, BinaryContentIsRefused) {
  for (std::string_view bytes :
       {"\x7F"
        "ELF\x02\x01\x01\0\0"sv,
        "abc\0def"sv, "%PDF-1.7\nsome text"sv, "\x01\x02\x03 text"sv, "\xFF\xFE\0\0a\0\0\0"sv}) {
    const auto document = read_bytes(bytes, Format::plain);
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().code(), Code::unsupported);
    EXPECT_EQ(document.error().message(), "binary");
  }
}

TEST(Decode, ColouredTerminalOutputIsText) { EXPECT_FALSE(looks_binary("\x1B[31mred\x1B[0m \f \b ok")); }

TEST(Decode, TextsOverTheLimitAreRefusedWithBothSizes) {
  ReadLimits limits;
  limits.max_file_bytes = 4;
  EXPECT_TRUE(read_bytes("abcd", Format::plain, limits));
  EXPECT_EQ(read_bytes("abcde", Format::plain, limits).error().what(),
            "too_long: the file is too large (bytes=5, limit=4)");
  limits.max_text_bytes = 4;  // repairs make a text longer than its file
  EXPECT_EQ(read_bytes("\x81\x81", Format::plain, limits).error().code(), Code::too_long);
}

TEST(Decode, WhateverTheBytesTheTextIsCleanAndTheWayBackIsOrdered) {
  unsigned state = 1;
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    for (int i = 0; i < 60; ++i) {
      state = state * 1664525 + 1013904223;
      constexpr std::string_view kBytes = "ab \r\n\r\n\xC3\xA9\xE2\x82\xAC\xFF\x93\x81";
      bytes.push_back(kBytes[(state >> 16) % kBytes.size()]);
    }
    const Document document = plain(bytes);
    EXPECT_TRUE(base::valid_utf8(document.text));
    EXPECT_EQ(document.text.find('\r'), std::string::npos);
    for (size_t i = 0; i < document.text.size(); ++i) {
      ASSERT_LE(document.file_offset(i), document.file_offset(i + 1));
      ASSERT_LE(document.file_offset(i), bytes.size());
      if (document.text[i] == 'a') {
        ASSERT_EQ(bytes[document.file_offset(i)], 'a');
      }
    }
  }
}

}  // namespace
}  // namespace vicinal::read
