// Few bytes for what changes.

#include "cli/interactive/screen.h"

#include <gtest/gtest.h>

namespace vicinal::cli {
namespace {

TEST(Screen, DrawsWhatChangesAndNothingElse) {
  Screen screen;
  EXPECT_EQ(screen.update({.lines = {"> a", "one"}, .cursor_row = 0, .cursor_column = 3}),
            "\033[H\033[2J\033[1;1H> a\033[2;1Hone\033[1;4H");
  EXPECT_EQ(screen.update({.lines = {"> a", "one"}, .cursor_row = 0, .cursor_column = 3}), "");
  EXPECT_EQ(screen.update({.lines = {"> ab", "one"}, .cursor_row = 0, .cursor_column = 4}), "\033[1;4Hb\033[1;5H");
  EXPECT_EQ(screen.update({.lines = {"> ab", "o"}, .cursor_row = 0, .cursor_column = 3}), "\033[2;2H\033[K\033[1;4H");
}

TEST(Screen, CutsNeitherCharactersNorColours) {
  Screen screen;
  (void)screen.update({.lines = {"全a", "\033[1mx\033[0m"}});
  EXPECT_EQ(screen.update({.lines = {"全b", "\033[1my\033[0m"}}), "\033[1;3Hb\033[2;1H\033[1my\033[0m\033[1;1H");
  (void)screen.update({.lines = {"a"}});
  EXPECT_EQ(screen.update({.lines = {"a\u0308"}}), "\033[1;1Ha\u0308\033[1;1H");
}

TEST(Screen, LinesThatAreGoneAreWiped) {
  Screen screen;
  (void)screen.update({.lines = {"a", "b"}});
  EXPECT_EQ(screen.update({.lines = {"a"}}), "\033[2;1H\033[K\033[1;1H");
}

TEST(Screen, IsDrawnAnewWhenItIsForgotten) {
  Screen screen;
  const Frame frame{.lines = {"a"}};
  const std::string first = screen.update(frame);
  screen.forget();
  EXPECT_EQ(screen.update(frame), first);
}

}  // namespace
}  // namespace vicinal::cli
