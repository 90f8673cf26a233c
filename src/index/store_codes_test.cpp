// The codes of a store's segments: made, removed and renewed with them, and never needed for the right answer.

#include <gtest/gtest.h>

#include <fstream>

#include "index/store_for_tests.h"

namespace vicinal::index {
namespace {

std::vector<std::string> names_ending(const std::string& folder, std::string_view end) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().string().ends_with(end)) names.push_back(entry.path().filename().string());
  return names;
}

// Vectors wide enough for codes (code_file.h).
TEST(StoreCodes, AreMadeWithASegmentGoWithItAndAreMadeAgain) {
  constexpr size_t kWide = 64;
  StoreFolder folder;
  const auto fill = [&](uint64_t version) {
    const auto store = open_to_write(folder.store(), kWide).value();
    ASSERT_TRUE(upsert(*store, {{"large", version, 1500}, {"other", version, 20}}, kWide).ok());
    ASSERT_TRUE(upsert(*store, {{"large", version + 1, 1500}}, kWide).ok());
    ASSERT_TRUE(store->maintain({}).ok());
    ASSERT_EQ(store->stats()->segments, 1U);
  };
  const auto expect_right = [&](uint64_t version) {
    const Oracle oracle = {{"large", {"large", version + 1, 1500}}, {"other", {"other", version, 20}}};
    const auto query = test_vector({"query", 1, 1}, 0, kWide);
    const auto store = open_to_read(folder.store()).value();
    const auto found = store->search({query, 10, Metric::cosine, false}).value();
    const auto expected = expected_hits(oracle, query, 10, Metric::cosine, false);
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].score, expected[i].score);
      EXPECT_EQ(found[i].ordinal, expected[i].ordinal);
    }
  };
  fill(1);
  const std::string first = names_ending(folder.store(), ".i8").at(0);
  expect_right(1);
  std::filesystem::remove(folder.store() + "/" + first);
  std::ofstream(folder.store() + "/" + first + ".new") << "cut short";
  expect_right(1);
  ASSERT_TRUE(open_to_write(folder.store(), kWide).value()->maintain({}).ok());
  EXPECT_EQ(names_ending(folder.store(), ".i8"), std::vector{first});
  EXPECT_TRUE(names_ending(folder.store(), ".new").empty());
  expect_right(1);
  fill(3);
  EXPECT_EQ(names_ending(folder.store(), ".i8").size(), 1U);
  EXPECT_NE(names_ending(folder.store(), ".i8").at(0), first);
  expect_right(3);
}

}  // namespace
}  // namespace vicinal::index
