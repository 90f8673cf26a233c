#include "text/chunker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "text/boundaries.h"
#include "text/golden_for_tests.h"
#include "text/utf8.h"

namespace vicinal::text {
namespace {

bool starts_code_point(std::string_view text, size_t at) {
  return at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
}

std::string random_text(std::mt19937& random) {
  static const std::vector<std::string> kPieces = {"word",
                                                   "Hello",
                                                   " ",
                                                   " ",
                                                   " ",
                                                   "\n",
                                                   "\n\n",
                                                   ". ",
                                                   "! ",
                                                   "naïve",
                                                   "日本語の文章。",
                                                   "# Title\n",
                                                   "```\n",
                                                   "e\u0301",
                                                   "👩‍👩‍👧",
                                                   "\t",
                                                   "1234567",
                                                   "supercalifragilistic",
                                                   "…",
                                                   "\r"};
  std::string text;
  for (size_t pieces = random() % 400; pieces > 0; --pieces) text += kPieces[random() % kPieces.size()];
  return text;
}

void expect_line_numbers(std::string_view text, const Chunk& chunk) {
  const auto newlines = [&](size_t end) {
    return static_cast<size_t>(std::count(text.begin(), text.begin() + static_cast<long>(end), '\n'));
  };
  EXPECT_EQ(chunk.line_start, newlines(chunk.byte_start) + 1);
  EXPECT_EQ(chunk.line_end, newlines(chunk.byte_end) + 1);
}

/// Everything that chunker.h promises.
void expect_promises(std::string_view text, size_t size, size_t overlap) {
  const std::vector<Chunk> chunks = chunk_recursive(text, *bert(), size, overlap);
  size_t covered = 0;
  for (size_t i = 0; i < chunks.size(); ++i) {
    const Chunk& chunk = chunks[i];
    ASSERT_LT(chunk.byte_start, chunk.byte_end);
    ASSERT_LE(chunk.byte_end, text.size());
    EXPECT_TRUE(starts_code_point(text, chunk.byte_start) && starts_code_point(text, chunk.byte_end));
    EXPECT_EQ(chunk.tokens, bert()->count(chunk.text(text)));
    EXPECT_LE(chunk.tokens, size);
    expect_line_numbers(text, chunk);
    if (i > 0) {
      EXPECT_GT(chunk.byte_start, chunks[i - 1].byte_start);
      EXPECT_GT(chunk.byte_end, chunks[i - 1].byte_end);
    }
    if (chunk.byte_start > covered) EXPECT_EQ(skip_white_space(text, covered), chunk.byte_start) << "text left out";
    covered = std::max(covered, chunk.byte_end);
  }
  EXPECT_EQ(skip_white_space(text, covered), text.size()) << "the end left out";
}

TEST(Chunker, KeepsItsPromisesForAnyTextSizeAndOverlap) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    const std::string text = random_text(random);
    const size_t size = 4 + random() % 60;
    const size_t overlap = random() % size;
    SCOPED_TRACE("round " + std::to_string(round) + ", " + std::to_string(size) + " tokens, overlap " +
                 std::to_string(overlap));
    expect_promises(text, size, overlap);
  }
}

TEST(Chunker, AShortTextIsOneChunkWithoutItsOuterWhiteSpace) {
  const std::string text = "\n  One line.\nAnother.  \n";
  const std::vector<Chunk> chunks = chunk_recursive(text, *bert(), 256, 32);
  ASSERT_EQ(chunks.size(), 1U);
  EXPECT_EQ(chunks[0].text(text), "One line.\nAnother.");
  EXPECT_EQ(chunks[0].line_start, 2U);
  EXPECT_EQ(chunks[0].line_end, 3U);
}

TEST(Chunker, BlankTextHasNoChunks) {
  for (const char* text : {"", " ", "\n\n\t "}) {
    EXPECT_TRUE(chunk_recursive(text, *bert(), 8, 2).empty());
    EXPECT_TRUE(chunk_none(text, *bert()).empty());
  }
}

TEST(Chunker, CutsAtTheBestBoundaryAtHand) {
  const std::string text = "one two three four five.\n\nsix seven eight nine ten. eleven twelve";
  const std::vector<Chunk> chunks = chunk_recursive(text, *bert(), 9, 0);
  ASSERT_GE(chunks.size(), 2U);
  EXPECT_EQ(chunks[0].text(text), "one two three four five.");
}

TEST(Chunker, TheNextChunkRepeatsTheOverlap) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "word ";
  const std::vector<Chunk> chunks = chunk_recursive(text, *bert(), 20, 5);
  ASSERT_GE(chunks.size(), 3U);
  for (size_t i = 1; i < chunks.size(); ++i) EXPECT_LT(chunks[i].byte_start, chunks[i - 1].byte_end);
}

TEST(Chunker, OneEndlessWordMakesProgress) {
  const std::string text(100'000, 'x');
  const std::vector<Chunk> chunks = chunk_recursive(text, *bert(), 16, 15);
  ASSERT_FALSE(chunks.empty());
  EXPECT_EQ(chunks.back().byte_end, text.size());
  for (const Chunk& chunk : chunks) EXPECT_LE(chunk.tokens, 16U);
}

TEST(Chunker, ACodePointOfMoreTokensThanTheLimitIsTakenWhole) {
  const std::string text = "\uAC01 \uAC01";  // a Hangul syllable: three tokens when taken apart
  const std::vector<Chunk> chunks = chunk_recursive(text, *bert(), 1, 0);
  ASSERT_EQ(chunks.size(), 2U);
  EXPECT_EQ(chunks[0].text(text), "\uAC01");
  EXPECT_EQ(chunks[0].tokens, bert()->count("\uAC01"));
}

TEST(Chunker, NoneTakesTheTextWholeAndCountsIt) {
  const std::string text = "\n one two\nthree  ";
  const std::vector<Chunk> chunks = chunk_none(text, *bert());
  ASSERT_EQ(chunks.size(), 1U);
  EXPECT_EQ(chunks[0].text(text), "one two\nthree");
  EXPECT_EQ(chunks[0].tokens, 3U);
  EXPECT_EQ(chunks[0].line_end, 3U);
}

TEST(ChunkSpec, ReadsWhatItWrites) {
  EXPECT_EQ(parse_chunk_spec("recursive").value().to_string(), "recursive:256t/32t");
  EXPECT_EQ(parse_chunk_spec("recursive:128t", "16t").value().to_string(), "recursive:128t/16t");
  EXPECT_EQ(parse_chunk_spec("recursive:8t").value().to_string(), "recursive:8t/1t");
  EXPECT_EQ(parse_chunk_spec("none").value().to_string(), "none");
}

TEST(ChunkSpec, RefusesWhatMakesNoSenseAndSaysHowToWriteIt) {
  const std::vector<std::pair<const char*, const char*>> kBad = {{"", ""},
                                                                 {"sentences", ""},
                                                                 {"recursive:256", ""},
                                                                 {"recursive:0t", ""},
                                                                 {"recursive:-3t", ""},
                                                                 {"recursive:256t", "32"},
                                                                 {"recursive:256t", "256t"},
                                                                 {"recursive:99999999999999999999t", ""},
                                                                 {"recursive256t", ""},
                                                                 {"none", "3t"}};
  for (const auto& [strategy, overlap] : kBad) {
    const auto spec = parse_chunk_spec(strategy, overlap);
    ASSERT_FALSE(spec) << strategy << " " << overlap;
    EXPECT_EQ(spec.error().code(), Code::invalid_argument);
  }
}

}  // namespace
}  // namespace vicinal::text
