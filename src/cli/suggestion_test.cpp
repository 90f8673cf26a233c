#include "cli/suggestion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vicinal::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Suggestion, EditDistanceCountsSwapsOfNeighboursOnce) {
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("serach", "search"), 1u);
  EXPECT_EQ(edit_distance("same", "same"), 0u);
}

TEST(Suggestion, NearNamesAreFoundNearestFirst) {
  EXPECT_THAT(closest_names("serach", {"index", "search", "stats"}), ElementsAre("search"));
  EXPECT_THAT(closest_names("--colection", {"--collection", "--chunk"}), ElementsAre("--collection"));
  EXPECT_THAT(closest_names("tok", {"tokenize", "top"}), ElementsAre("tokenize", "top"));
}

TEST(Suggestion, FarNamesAreNotOffered) {
  EXPECT_THAT(closest_names("zebra", {"index", "search"}), IsEmpty());
  EXPECT_THAT(closest_names(std::string(100000, 'x'), {"index"}), IsEmpty());
}

}  // namespace
}  // namespace vicinal::cli
