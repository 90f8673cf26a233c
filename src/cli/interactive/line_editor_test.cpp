// Editing a line.

#include "cli/interactive/line_editor.h"

#include <gtest/gtest.h>

namespace vicinal::cli {
namespace {

/// The line after the keys, with a bar for the cursor.
std::string edited(std::string_view text, std::initializer_list<Key> keys) {
  LineEditor line(text);
  for (const Key& key : keys) line.apply(key);
  std::string out = line.text();
  return out.insert(line.cursor(), "|");
}

const Key kLeft{KeyKind::left}, kRight{KeyKind::right};

TEST(LineEditor, MovesAndErasesWhatAPersonSeesAsOneCharacter) {
  EXPECT_EQ(edited("solar", {kLeft, kLeft, {KeyKind::text, "x"}}), "solx|ar");
  EXPECT_EQ(edited("全文", {kLeft, {KeyKind::erase_before}}), "|文");
  EXPECT_EQ(edited("ba\u0308d", {kLeft, {KeyKind::erase_before}}), "b|d");
  EXPECT_EQ(edited("👩\u200D🚀", {{KeyKind::erase_before}}), "|");
  EXPECT_EQ(edited("ab", {{KeyKind::home}, {KeyKind::erase_behind}, kRight, kRight}), "b|");
  EXPECT_EQ(edited("", {kLeft, kRight, {KeyKind::erase_before}, {KeyKind::erase_behind}}), "|");
}

TEST(LineEditor, KnowsWordsAndEnds) {
  EXPECT_EQ(edited("one two  ", {{KeyKind::erase_word}}), "one |");
  EXPECT_EQ(edited("one two", {{KeyKind::word_left}, {KeyKind::erase_to_start}}), "|two");
  EXPECT_EQ(edited("one two", {{KeyKind::home}, {KeyKind::word_right}, {KeyKind::erase_to_end}}), "one|");
  EXPECT_EQ(edited("one", {{KeyKind::home}, {KeyKind::end}}), "one|");
}

TEST(LineEditor, WhatIsTypedMayBelongToWhatFollows) {
  EXPECT_EQ(edited("🚀", {{KeyKind::home}, {KeyKind::text, "👩\u200D"}}), "👩\u200D🚀|");
}

TEST(LineEditor, ALongLineIsCutAndSeenAroundTheCursor) {
  LineEditor line(std::string(LineEditor::kMaxBytes - 1, 'a'));
  line.apply({KeyKind::text, "äb"});
  EXPECT_EQ(line.text().size(), LineEditor::kMaxBytes - 1);
  EXPECT_EQ(LineEditor("abcdef").view(4).text, "def");
  EXPECT_EQ(LineEditor("abcdef").view(4).cursor_cells, 3u);
  EXPECT_EQ(LineEditor("全文検索").view(4).text, "索");
  LineEditor home("abcdef");
  home.apply({KeyKind::home});
  EXPECT_EQ(home.view(4).text, "abcd");
}

}  // namespace
}  // namespace vicinal::cli
