// Collections as every format stored them: they open, answer as they did, take writes, and verify.

#include <gtest/gtest.h>

#include "base/json.h"
#include "golden/collection_answers.h"
#include "index/schema.h"
#include "index/store_for_tests.h"
#include "index/verify.h"

namespace vicinal::golden {
namespace {

const std::string kGoldens = "tests/golden";

std::vector<std::string> golden_collections() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kGoldens))
    if (entry.path().filename().string().starts_with("collection-v")) names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

class GoldenCollection : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    std::filesystem::copy(kGoldens + "/" + GetParam() + "/collection", folder(),
                          std::filesystem::copy_options::recursive);
    expected_ = base::read_file(kGoldens + "/" + GetParam() + "/answers.json").value();
    expected_.pop_back();  // the line's end
    queries_ = queries_in(base::Json::parse(expected_).value());
    ASSERT_FALSE(queries_.empty());
  }
  std::string folder() const { return folder_.store(); }
  std::string answers(index::Store& store) const { return answers_of(store, queries_).value(); }
  void expect_sound() const {
    const auto report = index::verify(folder(), {});
    ASSERT_TRUE(report.ok()) << report.error().what();
    EXPECT_EQ(report->damages, 0U) << (report->findings.empty() ? "" : report->findings[0].problem);
  }
  size_t dimensions() const { return queries_.front().size(); }

  index::StoreFolder folder_;
  std::string expected_;
  std::vector<std::vector<float>> queries_;
};

TEST_P(GoldenCollection, AnswersAReaderAsItDid) {
  const auto store = index::open_to_read(folder());
  ASSERT_TRUE(store.ok()) << store.error().what();
  EXPECT_EQ(answers(**store), expected_);
  expect_sound();
}

TEST_P(GoldenCollection, AnswersAWriterAsItDidAndTakesWrites) {
  const index::TestDocument added = {"added", 1, 3};
  {
    const auto store = index::open_to_write(folder(), dimensions());
    ASSERT_TRUE(store.ok()) << store.error().what();
    EXPECT_EQ(answers(**store), expected_);
    ASSERT_TRUE(index::upsert(**store, {added}, dimensions()).ok());
    EXPECT_EQ(index::document_differs(**store, added), "");
  }
  expect_sound();
  const auto store = index::open_to_write(folder(), dimensions()).value();
  EXPECT_EQ(index::vector_differs(*store, added, 2, dimensions()), "");
  const std::vector<std::string> ids = {added.id};
  EXPECT_EQ(store->remove(ids).value(), 1U);
  EXPECT_EQ(answers(*store), expected_);
  ASSERT_TRUE(store->compact({}).ok());
  EXPECT_EQ(answers(*store), expected_);
  expect_sound();
}

INSTANTIATE_TEST_SUITE_P(OfFormat, GoldenCollection, testing::ValuesIn(golden_collections()),
                         [](const auto& info) { return info.param.substr(std::string_view("collection-").size()); });

TEST(GoldenCollections, ThereIsOneOfTheFormatBeforeThisOneAndOfEveryOlder) {
  const auto names = golden_collections();
  for (uint32_t version = 1; version < index::kFormatVersion || version == 1; ++version)
    EXPECT_TRUE(std::ranges::count(names, "collection-v" + std::to_string(version)) == 1) << version;
}

}  // namespace
}  // namespace vicinal::golden
