#include "read/ignore_rules.h"

#include <gtest/gtest.h>

#include <chrono>

namespace vicinal::read {
namespace {

/// 'x': left out, '!': taken after all, '-': nothing is said.
char say(std::string_view rules, std::string_view path, bool is_folder = false) {
  const auto said = IgnoreRules::parse(rules).ignored(path, is_folder);
  return !said ? '-' : *said ? 'x' : '!';
}

TEST(IgnoreRules, NamesMatchAtAnyDepthAndPathsFromTheFolder) {
  EXPECT_EQ(say("foo", "foo"), 'x');
  EXPECT_EQ(say("foo", "a/b/foo"), 'x');
  EXPECT_EQ(say("/foo", "foo"), 'x');
  EXPECT_EQ(say("/foo", "a/foo"), '-');
  EXPECT_EQ(say("a/foo", "a/foo"), 'x');
  EXPECT_EQ(say("a/foo", "b/a/foo"), '-');
  EXPECT_EQ(say("foo", "foobar"), '-');
}

TEST(IgnoreRules, TheLastMatchingLineDecides) {
  EXPECT_EQ(say("*.log\n!keep.log", "keep.log"), '!');
  EXPECT_EQ(say("!keep.log\n*.log", "keep.log"), 'x');
  EXPECT_EQ(say("*.log\n!keep.log", "a/other.log"), 'x');
}

TEST(IgnoreRules, ATrailingSlashMeansFolders) {
  EXPECT_EQ(say("build/", "build", true), 'x');
  EXPECT_EQ(say("build/", "build", false), '-');
  EXPECT_EQ(say("build/", "a/build", true), 'x');
  EXPECT_EQ(say("/a/build/", "a/build", true), 'x');
}

TEST(IgnoreRules, StarsStayWithinAPart) {
  EXPECT_EQ(say("a/*", "a/b"), 'x');
  EXPECT_EQ(say("a/*", "a/b/c"), '-');
  EXPECT_EQ(say("a/*.txt", "a/b/c.txt"), '-');
  EXPECT_EQ(say("f?o", "foo"), 'x');
  EXPECT_EQ(say("a?b", "a/b"), '-');
  EXPECT_EQ(say("*", "anything"), 'x');
  EXPECT_EQ(say("*a*b*", "xxaxxbxx"), 'x');
}

TEST(IgnoreRules, DoubleStarsCrossParts) {
  EXPECT_EQ(say("**/foo", "foo"), 'x');
  EXPECT_EQ(say("**/foo", "a/b/foo"), 'x');
  EXPECT_EQ(say("**/foo/bar", "a/foo/bar"), 'x');
  EXPECT_EQ(say("**/foo/bar", "a/foo/x/bar"), '-');
  EXPECT_EQ(say("a/**/b", "a/b"), 'x');
  EXPECT_EQ(say("a/**/b", "a/x/y/b"), 'x');
  EXPECT_EQ(say("a/**/b", "ab"), '-');
  EXPECT_EQ(say("a/**/b", "a/xb"), '-');
  EXPECT_EQ(say("abc/**", "abc/x/y"), 'x');
  EXPECT_EQ(say("abc/**", "abc", true), '-');
  EXPECT_EQ(say("a**b", "axxb"), 'x');
  EXPECT_EQ(say("a**b/c", "ax/xb/c"), '-');
}

TEST(IgnoreRules, BracketsHoldRangesNegationsAndClasses) {
  EXPECT_EQ(say("[a-c]1", "b1"), 'x');
  EXPECT_EQ(say("[a-c]1", "d1"), '-');
  EXPECT_EQ(say("[!a-c]1", "d1"), 'x');
  EXPECT_EQ(say("[^a-c]1", "b1"), '-');
  EXPECT_EQ(say("[]x]", "]"), 'x');
  EXPECT_EQ(say("[a-]", "-"), 'x');
  EXPECT_EQ(say("[[:digit:][:upper:]]", "7"), 'x');
  EXPECT_EQ(say("[[:digit:]]", "a"), '-');
  EXPECT_EQ(say("[\\]]", "]"), 'x');
  EXPECT_EQ(say("a[!b]c", "a/c"), '-');
  EXPECT_EQ(say("[abc", "[abc"), '-');  // never closed: matches nothing
}

TEST(IgnoreRules, BackslashesMakeSignsOrdinary) {
  EXPECT_EQ(say("\\#a", "#a"), 'x');
  EXPECT_EQ(say("\\!a", "!a"), 'x');
  EXPECT_EQ(say("\\*", "*"), 'x');
  EXPECT_EQ(say("\\*", "a"), '-');
  EXPECT_EQ(say("a\\ ", "a "), 'x');
  EXPECT_EQ(say("a  ", "a"), 'x');
  EXPECT_EQ(say("a\\", "a\\"), '-');
}

TEST(IgnoreRules, CommentsBlankLinesAndWindowsLineEndsArePassedOver) {
  EXPECT_EQ(say("\xEF\xBB\xBF# comment\r\n\r\n   \r\nfoo\r\n/\n!\n", "foo"), 'x');
  EXPECT_TRUE(IgnoreRules::parse("# only\n\n").empty());
}

TEST(IgnoreRules, HostilePatternsCostLittle) {
  std::string pattern;
  for (int i = 0; i < 1000; ++i) pattern += "*a";
  const std::string path(4000, 'a');
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(say(pattern + "b", path), '-');
  std::string folders;
  for (int i = 0; i < 500; ++i) folders += "**/a*/";
  EXPECT_EQ(say(folders + "b", path), '-');
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
}

}  // namespace
}  // namespace vicinal::read
