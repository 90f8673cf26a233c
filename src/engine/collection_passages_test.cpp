// How documents are cut into passages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/collection_for_tests.h"

namespace vicinal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(CollectionTest, WhatTheTokenizerKeepsNothingOfIsSkippedAndTheRunGoesOn) {
  index({"notes"});
  const std::map<std::string, std::string> nothings = {
      {"mark", "\xCC\x81"}, {"refund", "\xE2\x80\x8B"}, {"replacement", "\xEF\xBF\xBD"}, {"soft", "\xC2\xAD"}};
  std::string rows;
  for (const auto& [name, character] : nothings) {
    write("notes/" + name + ".txt", character + character + "\n" + character);
    rows += R"({"_id":")" + name + R"(","text":")" + character + "\"}\n";
  }
  write("rows.jsonl", rows + "{\"_id\":\"last\",\"text\":\"the sea\"}\n");
  for (const ChunkSpec::Strategy strategy : {ChunkSpec::Strategy::recursive, ChunkSpec::Strategy::none}) {
    Collection collection = open({.chunk = ChunkSpec{.strategy = strategy}});
    const IndexReport report = collection.index_paths({file("notes"), file("rows.jsonl")}).value();
    ASSERT_EQ(report.skipped.size(), 8U);
    EXPECT_EQ(report.skipped[0].path, file("notes/mark.txt"));
    EXPECT_THAT(report.skipped[0].reason, HasSubstr("tokenizer"));
    EXPECT_THAT(report.skipped[4].path, HasSubstr("rows.jsonl:1"));
    EXPECT_THAT(ids(), ElementsAre("deep/cat.txt", "last", "river.md")) << "refund.txt has lost its text";
  }
}

TEST_F(CollectionTest, APassageThatMayNotBeCutIsSkippedAndTheRunGoesOn) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "the old harbour ";
  write("notes/long.txt", text);
  CollectionOptions options{.chunk = ChunkSpec{.strategy = ChunkSpec::Strategy::none}};
  options.embedder.on_long = OnLong::error;
  const IndexReport report = open(options).index_paths({file("notes")}).value();
  ASSERT_EQ(report.skipped.size(), 1U);
  EXPECT_EQ(report.skipped[0].path, file("notes/long.txt"));
  EXPECT_THAT(report.skipped[0].reason, HasSubstr("limit"));
  EXPECT_THAT(ids(), ElementsAre("deep/cat.txt", "refund.txt", "river.md"));
}

TEST_F(CollectionTest, NoPassageIsOverTheModelSLimitAndEveryOneIsASlice) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += i % 10 == 9 ? "the river flows .\n\n" : "the old mountain and the new harbour ";
  write("notes/long.txt", text);
  const IndexReport report = index({"notes"});
  EXPECT_EQ(report.cut, 0U);
  const Document document = reopen().get("long.txt").value();
  EXPECT_GT(document.chunks.size(), 10U);
  for (const Chunk& chunk : document.chunks) {
    EXPECT_LE(chunk.tokens, 38U);
    EXPECT_LT(chunk.byte_start, chunk.byte_end);
    EXPECT_LE(chunk.byte_end, document.text.size());
  }
}

TEST_F(CollectionTest, AWholeDocumentIsCutAtTheLimitAndCounted) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "the old harbour ";
  write("rows.jsonl", R"({"_id":"1","title":"sea","text":")" + text + "\"}\n{\"_id\":\"2\",\"text\":\"the sea\"}\n");
  Collection collection = open({.chunk = ChunkSpec{.strategy = ChunkSpec::Strategy::none}});
  const IndexReport report = collection.index_paths({file("rows.jsonl")}).value();
  EXPECT_EQ(report.chunks, 2U);
  EXPECT_EQ(report.cut, 1U);
  EXPECT_EQ(collection.stats().value().chunking, "none");
}

TEST_F(CollectionTest, AnotherChunkSizeCutsEverythingAgain) {
  age_all();
  index({"notes"});
  Collection collection = open({.chunk = ChunkSpec{.size_tokens = 6, .overlap_tokens = 0}});
  const IndexReport report = collection.index_paths({file("notes")}).value();
  EXPECT_EQ(report.updated, 3U);
  EXPECT_GT(report.chunks, 5U);
  EXPECT_EQ(collection.stats().value().chunking, "recursive:6t/0t");
  EXPECT_EQ(reopen().index_paths({file("notes")}).value().unchanged, 3U);
}

}  // namespace
}  // namespace vicinal
