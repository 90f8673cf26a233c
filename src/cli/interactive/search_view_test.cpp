// What is seen while a question is typed.

#include "cli/interactive/search_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/interactive/cells.h"

namespace vicinal::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Hit hit(const std::string& id, const std::string& text) {
  Hit made{.id = id, .document = id, .path = "/d/" + id, .line_start = 1, .line_end = 2, .score = 0.5F};
  made.text = text;
  return made;
}

SearchResult result(std::vector<Hit> hits) {
  SearchResult made;
  made.hits = std::move(hits);
  made.chunks_searched = 1234;
  return made;
}

const Key kDown{KeyKind::down}, kUp{KeyKind::up};

TEST(SearchView, ShowsTheLineTheCountsAndThePassages) {
  SearchView view("pump", {.bold = false, .base = "/d"});
  view.show(result({hit("a.md", "a solar pump"), hit("b.md", "b")}), "words");
  const Frame frame = view.draw(10, 40);
  ASSERT_EQ(frame.lines.size(), 10u);
  EXPECT_EQ(frame.lines[0], "> pump");
  EXPECT_EQ(frame.cursor_column, 6u);
  EXPECT_THAT(frame.lines[1], HasSubstr("2 of 1,234 passages · words"));
  EXPECT_EQ(frame.lines[2], "▌ a.md:1-2  0.500");
  EXPECT_EQ(frame.lines[3], "▌ a solar pump");
  EXPECT_EQ(frame.lines[7], "  b.md:1-2  0.500");
  EXPECT_EQ(frame.lines[8], "  b");
}

TEST(SearchView, KeysEditOrMove) {
  SearchView view("", {});
  view.show(result({hit("a", "a"), hit("b", "b"), hit("c", "c")}), "words");
  EXPECT_TRUE(view.apply({KeyKind::text, "x"}));
  EXPECT_FALSE(view.apply({KeyKind::left}));
  EXPECT_FALSE(view.apply(kDown));
  EXPECT_EQ(view.selected()->id, "b");
  EXPECT_FALSE(view.apply(kUp));
  EXPECT_FALSE(view.apply(kUp));
  EXPECT_EQ(view.selected()->id, "a");
  view.apply({KeyKind::page_down});
  view.apply({KeyKind::page_down});
  view.apply({KeyKind::page_down});
  EXPECT_EQ(view.selected()->id, "c");
}

TEST(SearchView, WhatWasChosenStaysChosen) {
  SearchView view("", {});
  view.show(result({hit("a", "a"), hit("b", "b")}), "words");
  view.show(result({hit("c", "c"), hit("a", "a")}), "words");
  EXPECT_EQ(view.selected()->id, "c");  // the best, since nobody chose
  view.apply(kDown);
  view.show(result({hit("x", "x"), hit("y", "y"), hit("a", "a")}), "words and meaning");
  EXPECT_EQ(view.selected()->id, "a");
  view.show(result({hit("x", "x")}), "words");
  EXPECT_EQ(view.selected()->id, "x");
  view.clear();
  EXPECT_EQ(view.selected(), nullptr);
}

TEST(SearchView, TheSelectedPassageIsInSightAndNothingIsTooWide) {
  std::vector<Hit> hits;
  for (int i = 0; i < 40; ++i)
    hits.push_back(
        hit(std::to_string(i), std::string(50, 'w') + " 全文検索 全文検索 a\u0308 \033[31m red " + std::to_string(i)));
  for (const auto& [rows, columns] : {std::pair(24, 80), {7, 20}, {3, 10}, {2, 3}, {1, 1}, {50, 2}, {200, 200}}) {
    SearchView view("全文検索 and more than fits in a line", {.bold = true, .base = ""});
    view.show(result(hits), "words");
    for (int i = 0; i < 45; ++i) {
      const Frame frame = view.draw(static_cast<size_t>(rows), static_cast<size_t>(columns));
      EXPECT_EQ(frame.lines.size(), static_cast<size_t>(rows));
      EXPECT_LT(frame.cursor_column, static_cast<size_t>(columns));
      for (const std::string& line : frame.lines) EXPECT_LE(cells_of(line), static_cast<size_t>(columns)) << line;
      if (rows >= 7 && columns >= 10)
        EXPECT_TRUE(std::ranges::any_of(frame.lines, [&](const std::string& line) {
          return line.find(view.selected()->id + ":1-2") != std::string::npos;
        })) << view.selected()->id;
      view.apply(i % 7 == 6 ? Key{KeyKind::page_down} : kDown);
    }
  }
}

TEST(SearchView, APassageIsClosedUpAndMarked) {
  Hit found = hit("a", "First.\n\n  The  solar\tpump works. ");
  found.highlights = {{12, 17}};
  EXPECT_THAT(passage_lines(found, 3, 40, {}), ElementsAre("First. The solar pump works."));
  EXPECT_THAT(passage_lines(found, 3, 12, {}), ElementsAre("First. The", "solar pump", "works."));
  found.highlights = {{15, 20}};
  found.sentence = ByteSpan{10, 32};
  EXPECT_THAT(passage_lines(found, 1, 40, {.bold = true}), ElementsAre("The \033[1;33msolar\033[0m pump works."));
  EXPECT_THAT(passage_lines(hit("a", "all\033[31mred"), 1, 40, {}), ElementsAre("all\uFFFD[31mred"));
}

TEST(SearchView, TheLastWordMayGoOn) {
  EXPECT_EQ(unfinished_query("solar pu"), "solar pu*");
  EXPECT_EQ(unfinished_query("so"), "so*");
  EXPECT_EQ(unfinished_query("a s"), "a s");
  EXPECT_EQ(unfinished_query("solar "), "solar ");
  EXPECT_EQ(unfinished_query("\"heat pu"), "\"heat pu");
  EXPECT_EQ(unfinished_query("\"heat\" pu"), "\"heat\" pu*");
  EXPECT_EQ(unfinished_query("solar*"), "solar*");
  EXPECT_EQ(unfinished_query("für Hä"), "für Hä*");
  EXPECT_EQ(unfinished_query("全文"), "全文*");
  EXPECT_EQ(unfinished_query(""), "");
}

}  // namespace
}  // namespace vicinal::cli
