// Distances of the banded table beside those of the plain one.

#include "lexical/edit_distance.h"

#include <gtest/gtest.h>

#include <random>

namespace vicinal::lexical {
namespace {

size_t plain_distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

TEST(EditMatcher, CountsTypingErrors) {
  EXPECT_EQ(EditMatcher("search", 2).distance("search"), 0u);
  EXPECT_EQ(EditMatcher("search", 2).distance("serach"), 1u);
  EXPECT_EQ(EditMatcher("search", 2).distance("serch"), 1u);
  EXPECT_EQ(EditMatcher("search", 2).distance("searchs"), 1u);
  EXPECT_EQ(EditMatcher("search", 2).distance("sxaxch"), 2u);
  EXPECT_EQ(EditMatcher("search", 2).distance("church"), 3u);
  EXPECT_EQ(EditMatcher("search", 0).distance("serch"), 1u);
}

TEST(EditMatcher, CountsCodePointsNotBytes) {
  EXPECT_EQ(EditMatcher("дом", 1).distance("том"), 1u);
  EXPECT_EQ(EditMatcher("検索", 1).distance("検閲"), 1u);
  EXPECT_EQ(EditMatcher("ab", 1).distance("a\U0001F600b"), 1u);
}

TEST(EditMatcher, StemsOfDifferentLanguagesAreNotErrorsOfEachOther) {
  EXPECT_TRUE(EditMatcher("comput\x01"
                          "en",
                          1)
                  .matches("compt\x01"
                           "en"));
  EXPECT_FALSE(EditMatcher("comput\x01"
                           "en",
                           2)
                   .matches("comput\x01"
                            "es"));
  EXPECT_FALSE(EditMatcher("comput\x01"
                           "en",
                           2)
                   .matches("comput"));
}

TEST(EditMatcher, AgreesWithThePlainTable) {
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    std::string a, b;
    for (size_t i = 1 + random() % 9; i > 0; --i) a += static_cast<char>('a' + random() % 3);
    for (size_t i = 1 + random() % 9; i > 0; --i) b += static_cast<char>('a' + random() % 3);
    for (size_t limit = 0; limit < 4; ++limit)
      ASSERT_EQ(EditMatcher(a, limit).distance(b), std::min(plain_distance(a, b), limit + 1)) << a << " " << b;
  }
}

TEST(EditMatcher, LongWordsMatchThemselves) {
  const std::string word(300, 'a');
  EXPECT_TRUE(EditMatcher(word, 2).matches(word));
  EXPECT_FALSE(EditMatcher(word, 2).matches(word + "b"));
}

}  // namespace
}  // namespace vicinal::lexical
