// What a store promises with Durability::batch and none, and collections without words.

#include <gtest/gtest.h>

#include "filter/condition.h"
#include "index/store_for_tests.h"

namespace vicinal::index {
namespace {

constexpr size_t kDimensions = 5;

class StoreDurability : public testing::Test {
 protected:
  std::unique_ptr<Store> open(Durability durability, std::string analyzer = "unicode") {
    Store::OpenOptions options;
    options.access = Store::Access::write;
    options.create = test_identity(kDimensions);
    options.create->words.analyzer = std::move(analyzer);
    options.durability = durability;
    return Store::open(folder_.store(), options).value();
  }
  uint64_t documents_seen_by_others() {
    const auto reader = open_to_read(folder_.store()).value();
    return reader->count({}).value().documents;
  }
  StoreFolder folder_;
};

TEST_F(StoreDurability, OthersSeeABatchOnceItIsCommitted) {
  const auto store = open(Durability::batch);
  ASSERT_TRUE(upsert(*store, {{"a", 1, 2}}, kDimensions));
  ASSERT_TRUE(upsert(*store, {{"b", 2, 1}}, kDimensions));
  EXPECT_TRUE(store->has_unsynced());
  EXPECT_EQ(store->count({}).value().documents, 2U);
  EXPECT_EQ(vector_differs(*store, {"b", 2, 1}, 0, kDimensions), "");
  EXPECT_EQ(documents_seen_by_others(), 0U);
  ASSERT_TRUE(store->flush());
  EXPECT_FALSE(store->has_unsynced());
  EXPECT_EQ(documents_seen_by_others(), 2U);
}

TEST_F(StoreDurability, ItsOwnSearchesFollowAnOpenBatch) {
  const auto store = open(Durability::batch);
  const TestDocument first{"a", 1, 1}, second{"b", 3, 1};
  const auto where = filter::parse_filter("version >= 1").value();
  ASSERT_TRUE(upsert(*store, {first}, kDimensions));
  EXPECT_EQ(store->count(where).value().documents, 1U);
  ASSERT_TRUE(upsert(*store, {second}, kDimensions));
  EXPECT_EQ(store->count(where).value().documents, 2U);
  const auto query = test_vector(second, 0, kDimensions);
  EXPECT_EQ(store->search({query, 1, Metric::l2, false, where}).value().at(0).document, "b");
  EXPECT_EQ(store->search_words({.query = "passage", .limit = 5}).value().hits.size(), 2U);
  ASSERT_TRUE(store->remove(std::vector<std::string>{"b"}).ok());
  EXPECT_EQ(store->count(where).value().documents, 1U);
  ASSERT_TRUE(store->refresh());
  EXPECT_EQ(store->search_words({.query = "passage", .limit = 5}).value().hits.size(), 1U);
}

TEST_F(StoreDurability, UpkeepAndClosingCommitAnOpenBatch) {
  auto store = open(Durability::batch);
  ASSERT_TRUE(upsert(*store, {{"a", 1, 2}}, kDimensions));
  ASSERT_TRUE(store->maintain({}));
  EXPECT_FALSE(store->has_unsynced());
  EXPECT_EQ(documents_seen_by_others(), 1U);
  ASSERT_TRUE(upsert(*store, {{"b", 1, 2}}, kDimensions));
  store.reset();
  EXPECT_EQ(documents_seen_by_others(), 2U);
}

TEST_F(StoreDurability, ADocumentThatIsRefusedLeavesAnOpenBatchAsItWas) {
  const auto store = open(Durability::batch);
  ASSERT_TRUE(upsert(*store, {{"a", 1, 2}}, kDimensions));
  EXPECT_EQ(upsert(*store, {{"", 1, 1}}, kDimensions).error().code(), Code::invalid_argument);
  ASSERT_TRUE(store->flush());
  EXPECT_EQ(documents_seen_by_others(), 1U);
}

TEST_F(StoreDurability, WithoutSyncsEachChangeIsSeenAtOnceAndUpkeepSyncs) {
  const auto store = open(Durability::none);
  ASSERT_TRUE(upsert(*store, {{"a", 1, 2}}, kDimensions));
  EXPECT_TRUE(store->has_unsynced());
  EXPECT_EQ(documents_seen_by_others(), 1U);
  ASSERT_TRUE(store->compact({}));
  EXPECT_FALSE(store->has_unsynced());
  ASSERT_TRUE(store->remove(std::vector<std::string>{"a"}).ok());
  ASSERT_TRUE(store->flush());
  EXPECT_FALSE(store->has_unsynced());
}

TEST_F(StoreDurability, ACollectionWithoutWordsSaysSoAndKeepsNone) {
  const auto store = open(Durability::sync, std::string(kNoWords));
  ASSERT_TRUE(upsert(*store, {{"a", 1, 2}}, kDimensions));
  ASSERT_TRUE(store->compact({}));
  EXPECT_FALSE(store->has_words());
  EXPECT_EQ(store->stats().value().analyzer, kNoWords);
  EXPECT_EQ(store->search_words({.query = "passage", .limit = 5}).error().code(), Code::unsupported);
  for (const auto& entry : std::filesystem::directory_iterator(folder_.store()))
    EXPECT_NE(entry.path().extension(), ".lex");
}

}  // namespace
}  // namespace vicinal::index
