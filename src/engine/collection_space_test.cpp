// Which models and settings a collection goes with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/collection_for_tests.h"

namespace vicinal {
namespace {

using ::testing::HasSubstr;

TEST_F(CollectionTest, AnotherModelIsRefused) {
  index({"notes"});
  const std::string other = engine::write_tiny_model(folders_.folder, "other", 2);
  const auto opened = Collection::open(file("c"), {.model = other});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code(), Code::space_mismatch);
  EXPECT_THAT(opened.error().what(), HasSubstr("collection_space"));
  EXPECT_EQ(Collection::open(file("c"), {.create = true, .model = other}).error().code(), Code::space_mismatch);
}

TEST_F(CollectionTest, AnotherTokenLimitIsAnotherSpace) {
  index({"notes"});
  Collection collection = Collection::open(file("c"), {.embedder = {.max_tokens = 20}}).value();
  EXPECT_EQ(collection.search("the sea").error().code(), Code::space_mismatch);
}

TEST_F(CollectionTest, WhatIsLeftOpenIsAsTheCollectionWasMade) {
  CollectionOptions options{.create = true, .model = model_};
  options.embedder = {.precision = Precision::int8, .max_tokens = 20};
  ASSERT_TRUE(Collection::open(file("c"), options).value().index_paths({file("notes")}));
  EXPECT_TRUE(Collection::open(file("c")).value().search("the sea"));
  Collection collection = Collection::open(file("c"), {.model = model_}).value();
  EXPECT_EQ(collection.stats().value().precision, "int8");
}

TEST_F(CollectionTest, AnotherPrecisionIsNot) {
  index({"notes"});
  Collection collection =
      Collection::open(file("c"), {.model = model_, .embedder = {.precision = Precision::bf16}}).value();
  EXPECT_EQ(collection.search("a refund is paid in money to the card of the customer .").value().hits[0].document,
            "refund.txt");
}

}  // namespace
}  // namespace vicinal
