#include "base/closest_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vicinal::base {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Names = std::vector<std::string>;

TEST(ClosestNames, EditDistanceCountsSwapsOfNeighboursOnceAndLeavesCaseAside) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("serach", "search"), 1U);
  EXPECT_EQ(edit_distance("same", "same"), 0U);
  EXPECT_EQ(edit_distance("E5", "e5"), 0U);
}

TEST(ClosestNames, NearNamesAreFoundNearestFirst) {
  EXPECT_THAT(closest_names("serach", Names{"index", "search", "stats"}), ElementsAre("search"));
  EXPECT_THAT(closest_names("--colection", Names{"--collection", "--chunk"}), ElementsAre("--collection"));
  EXPECT_THAT(closest_names("staats", Names{"starts", "stats"}, 1), ElementsAre("starts"));
}

TEST(ClosestNames, ANameMayBreakOffEvenWithAMistake) {
  EXPECT_THAT(closest_names("tok", Names{"tokenize", "top"}), ElementsAre("tokenize", "top"));
  EXPECT_THAT(closest_names("all-MiniML", Names{"all-MiniLM-L6-v2", "bge-small"}), ElementsAre("all-MiniLM-L6-v2"));
}

TEST(ClosestNames, FarNamesAreNotOffered) {
  EXPECT_THAT(closest_names("zebra", Names{"index", "search"}), IsEmpty());
  EXPECT_THAT(closest_names("--k", Names{"--json", "--run"}), IsEmpty());
  EXPECT_THAT(closest_names(std::string(100000, 'x'), Names{"index"}), IsEmpty());
}

}  // namespace
}  // namespace vicinal::base
