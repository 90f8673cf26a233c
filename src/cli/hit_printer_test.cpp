#include "cli/hit_printer.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "cli/hit_json.h"

namespace vicinal::cli {
namespace {

Hit example_hit() {
  return {.id = "notes/rhine.md#2",
          .document = "notes/rhine.md",
          .path = "notes/rhine.md",
          .title = "Rivers",
          .byte_start = 10,
          .byte_end = 40,
          .line_start = 3,
          .line_end = 4,
          .score = 0.7126F,
          .text = "Basel lies\n\n  on   the Rhine.",
          .metadata = "{\"year\":2020}"};
}

TEST(HitPrinter, PlaceScoreAndPassageStandTogether) {
  EXPECT_EQ(hit_text(example_hit(), {.bold = false}), "notes/rhine.md:3-4  0.713\n    Basel lies\n    on the Rhine.");
}

TEST(HitPrinter, OnATerminalThePathIsBold) {
  EXPECT_TRUE(hit_text(example_hit(), {.bold = true}).starts_with("\033[1mnotes/rhine.md\033[0m:3-4"));
}

TEST(HitPrinter, APathBelowTheWorkingDirectoryIsShownFromThere) {
  Hit hit = example_hit();
  hit.path = "/home/me/notes/rhine.md";
  EXPECT_TRUE(hit_text(hit, {.base = "/home/me"}).starts_with("notes/rhine.md:3-4"));
  EXPECT_TRUE(hit_text(hit, {.base = "/"}).starts_with("home/me/notes/rhine.md:3-4"));
  for (const char* base : {"", "/home/m", "/home/me/notes/rhine.md", "/home/you"})
    EXPECT_TRUE(hit_text(hit, {.base = base}).starts_with("/home/me/notes/rhine.md:3-4")) << base;
}

TEST(HitPrinter, ARowWithoutAFileShowsItsIdAndTitle) {
  Hit hit = example_hit();
  hit.path.clear();
  hit.document = "d17";
  EXPECT_TRUE(hit_text(hit, {}).starts_with("d17:3-4  0.713  Rivers\n"));
}

TEST(HitPrinter, AnExcerptHasThreeLinesAtMost) {
  EXPECT_EQ(passage_excerpt("a\nb\nc"), "    a\n    b\n    c");
  EXPECT_EQ(passage_excerpt("a\nb\nc\n\n"), "    a\n    b\n    c");
  EXPECT_EQ(passage_excerpt("a\nb\nc\nd"), "    a\n    b\n    c …");
}

TEST(HitPrinter, AnExcerptHasTwoHundredAndFortyCharactersAtMostAndCutsNoneApart) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "é";
  std::string expected = "    ";
  for (int i = 0; i < 240; ++i) expected += "é";
  EXPECT_EQ(passage_excerpt(text), expected + " …");
  EXPECT_EQ(passage_excerpt(std::string(240, 'x')), "    " + std::string(240, 'x'));
  EXPECT_EQ(passage_excerpt(std::string(240, 'x') + "\ny"), "    " + std::string(240, 'x') + " …");
}

TEST(HitPrinter, ControlCharactersNeverReachTheTerminal) {
  Hit hit = example_hit();
  hit.path = "a\033]0;x\a.md";
  hit.text = "red \033[31m and \xC2\x9B and \xFF";
  const std::string text = hit_text(hit, {});
  EXPECT_EQ(text.find_first_of("\033\a\xFF"), std::string::npos) << text;
  EXPECT_EQ(text.find("\xC2\x9B"), std::string::npos) << text;
  EXPECT_TRUE(base::valid_utf8(text));
}

TEST(HitPrinter, HeadingsStandBehindTheScoreAsFarAsTheyFit) {
  Hit hit = example_hit();
  hit.headings = {"Rivers", "Upper Rhine"};
  EXPECT_TRUE(hit_text(hit, {}).starts_with("notes/rhine.md:3-4  0.713  Rivers › Upper Rhine\n"));
  EXPECT_TRUE(hit_text(hit, {.columns = 45}).starts_with("notes/rhine.md:3-4  0.713  … › Upper Rhine\n"));
  EXPECT_TRUE(hit_text(hit, {.columns = 40}).starts_with("notes/rhine.md:3-4  0.713\n"));
}

TEST(HitPrinter, ATerminalGetsLinesOfItsOwnWidth) {
  Hit hit = example_hit();
  hit.text = "one two three four five six seven";
  EXPECT_TRUE(hit_text(hit, {.columns = 20}).ends_with("\n    one two three\n    four five six\n    seven"));
  EXPECT_TRUE(hit_text(hit, {}).ends_with("\n    one two three four five six seven"));
  hit.highlights = {{4, 13}};
  EXPECT_TRUE(hit_text(hit, {.bold = true, .columns = 20})
                  .ends_with("\n    one \033[1;33mtwo three\033[0m\n    four five six\n    seven"));
}

TEST(HitPrinter, LinesAroundThePassageAreNumbered) {
  Hit hit = example_hit();
  hit.text = "Basel lies\n\non the Rhine.";
  hit.before = "# Rivers\nFact: ";
  hit.after = "\n\nThe end";
  hit.context_line = 9;
  hit.highlights = {{0, 5}};
  const std::string lines =
      "\n   9- # Rivers\n  10: Fact: Basel lies\n  11: \n  12: on the Rhine.\n  13- \n  14- The end";
  EXPECT_TRUE(hit_text(hit, {}).ends_with(lines)) << hit_text(hit, {});
  EXPECT_TRUE(hit_text(hit, {.bold = true}).find("  10: Fact: \033[1;33mBasel\033[0m lies\n") != std::string::npos);
  hit.context_line = 0;
  EXPECT_TRUE(
      hit_text(hit, {}).ends_with("\n    # Rivers\n  | Fact: Basel lies\n  | \n  | on the Rhine.\n    \n    The end"));
}

TEST(HitPrinter, WhatSaysTheSameIsCounted) {
  Hit hit = example_hit();
  hit.folded = {"a#0", "b#1"};
  EXPECT_TRUE(hit_text(hit, {}).ends_with("\n    and 2 like it"));
}

TEST(HitPrinter, TheLineOfTheBestSentenceIsKnownWhereLinesAreTheFiles) {
  Hit hit = example_hit();
  hit.text = "One.\nTwo.\nThree.";
  EXPECT_EQ(line_of_sentence(hit), 3u);
  hit.sentence = {{5, 9}};
  EXPECT_EQ(line_of_sentence(hit), 3u) << "lines 3 and 4 are not those of a text of three";
  hit.line_end = 5;
  EXPECT_EQ(line_of_sentence(hit), 4u);
}

TEST(HitPrinter, ArmsSayWhatTheyFound) {
  Hit hit = example_hit();
  hit.arms = {{"dense", 0.5F, 2}, {"lexical", 7.25F, 0}};
  EXPECT_EQ(arms_text(hit), "    meaning: rank 2, 0.500 · words: not among the best, 7.250");
  hit.percentile = 98.24;
  EXPECT_TRUE(arms_text(hit).starts_with("    meaning: rank 2, 0.500, above 98.2 % of random pairs · "));
}

TEST(HitJson, MetadataIsAnObjectAndAbsentMetadataAnEmptyOne) {
  Hit bare = example_hit();
  bare.metadata.clear();
  const SearchResult result{.hits = {example_hit(), bare}, .chunks_searched = 9, .embed_ms = 1.5, .search_ms = 0.25};
  const auto row = base::Json::parse(search_json("a \"quoted\" question", result)).value();
  EXPECT_EQ(row["query"].string_or(""), "a \"quoted\" question");
  EXPECT_EQ(row["schema"].integer_or(0), 2);
  ASSERT_EQ(row["hits"].array()->size(), 2u);
  const base::Json& hit = (*row["hits"].array())[0];
  EXPECT_EQ(hit["metadata"]["year"].integer_or(0), 2020);
  EXPECT_EQ(static_cast<float>(hit["score"].number_or(0)), 0.7126F);
  EXPECT_EQ(hit["line_end"].integer_or(0), 4);
  EXPECT_TRUE((*row["hits"].array())[1]["metadata"].is_object());
}

}  // namespace
}  // namespace vicinal::cli
