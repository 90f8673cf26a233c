// How much room text takes.

#include "cli/interactive/cells.h"

#include <gtest/gtest.h>

namespace vicinal::cli {
namespace {

TEST(Cells, AreColumnsOfATerminal) {
  EXPECT_EQ(cells_of("abc"), 3u);
  EXPECT_EQ(cells_of("Häuser"), 6u);
  EXPECT_EQ(cells_of("ha\u0308user"), 6u);  // a and a combining diaeresis
  EXPECT_EQ(cells_of("全文検索"), 8u);
  EXPECT_EQ(cells_of("한국"), 4u);
  EXPECT_EQ(cells_of("🙂"), 2u);
  EXPECT_EQ(cells_of("\033[1;33mab\033[0m"), 2u);
  EXPECT_EQ(cells_of(""), 0u);
}

TEST(Cells, AClusterIsWhatAPersonSeesAsOne) {
  EXPECT_EQ(first_cluster("a\u0308b").bytes, 3u);
  EXPECT_EQ(first_cluster("👩\u200D🚀x").bytes, 11u);
  EXPECT_EQ(first_cluster("👩\u200D🚀x").cells, 2u);
  EXPECT_EQ(last_cluster("xa\u0308").bytes, 3u);
  EXPECT_EQ(last_cluster("").bytes, 0u);
  EXPECT_EQ(first_cluster("\xFFz").bytes, 1u);
}

TEST(Cells, NothingIsCutApart) {
  EXPECT_EQ(fitting("全文検索", 5), "全文");
  EXPECT_EQ(fitting("a\u0308bc", 2), "a\u0308b");
  EXPECT_EQ(fitting("abc", 0), "");
  EXPECT_EQ(fitting("全", 1), "");
}

}  // namespace
}  // namespace vicinal::cli
