// Rows of JSONL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "engine/collection_for_tests.h"

namespace vicinal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(CollectionTest, RowsOfJsonlAreUpserted) {
  write("rows.jsonl", R"({"_id":"1","title":"river","text":"the river flows","year":1})"
                      "\n"
                      R"({"_id":2,"text":"a cat sleeps"})"
                      "\n");
  const IndexReport first = index({"rows.jsonl"});
  EXPECT_EQ(first.added, 2U);
  write("rows.jsonl", R"({"_id":"1","title":"river","text":"the river flows","year":2})"
                      "\n"
                      R"({"_id":"3","text":"the dog runs"})"
                      "\n");
  const IndexReport second = index({"rows.jsonl"});
  EXPECT_EQ(second.updated, 1U);
  EXPECT_EQ(second.added, 1U);
  EXPECT_EQ(second.removed, 0U);
  EXPECT_EQ(second.embedded, 1U) << "only metadata changed in the first row";
  EXPECT_THAT(ids(), ElementsAre("1", "2", "3"));
  EXPECT_EQ(reopen().get("1").value().metadata, R"({"year":2})");
  EXPECT_EQ(index({"rows.jsonl"}).unchanged, 2U);
}

TEST_F(CollectionTest, BadRowsAreSkippedWithFileAndLine) {
  write("rows.jsonl",
        "{\"_id\":\"1\",\"text\":\"the sea\"}\nnot json\n\n{\"_id\":\"2\"}\n{\"_id\":\"3\",\"text\":\" "
        "\"}\n{\"_id\":\"4\",\"text\":\"the city\"}\n");
  const IndexReport report = index({"rows.jsonl"});
  EXPECT_EQ(report.inputs, 5U);
  EXPECT_EQ(report.added, 2U);
  ASSERT_EQ(report.skipped.size(), 3U);
  EXPECT_THAT(report.skipped[0].path, HasSubstr("rows.jsonl:2"));
  EXPECT_THAT(report.skipped[1].path, HasSubstr("rows.jsonl:4"));
  EXPECT_THAT(report.skipped[2].path, HasSubstr("rows.jsonl:5"));
  EXPECT_EQ(report.skipped[2].reason, "empty");
}

TEST_F(CollectionTest, TheLastOfRowsWithOneIdWins) {
  write("rows.jsonl",
        "{\"_id\":\"1\",\"text\":\"the sea\"}\n{\"_id\":\"1\",\"text\":\"the city\"}\n{\"_id\":\"1\",\"text\":\"the "
        "alps\"}\n");
  const IndexReport report = index({"rows.jsonl"});
  EXPECT_EQ(report.added, 1U);
  EXPECT_EQ(report.updated, 2U);
  EXPECT_EQ(reopen().get("1").value().text, "the alps");
}

TEST_F(CollectionTest, ARowDoesNotReplaceAMirroredFileNorAFileARow) {
  index({"notes"});
  write("rows.jsonl", "{\"_id\":\"river.md\",\"text\":\"the sea\"}\n{\"_id\":\"new.txt\",\"text\":\"the sea\"}\n");
  EXPECT_EQ(index({"rows.jsonl"}).skipped.size(), 1U);
  write("notes/new.txt", "the alps");
  EXPECT_EQ(index({"notes"}).skipped.size(), 1U);
  EXPECT_EQ(reopen().get("new.txt").value().text, "the sea");
}

TEST_F(CollectionTest, EqualPassagesAreEmbeddedOnce) {
  write("rows.jsonl", "{\"_id\":\"1\",\"text\":\"the sea\"}\n{\"_id\":\"2\",\"text\":\"the sea\"}\n");
  const IndexReport report = index({"rows.jsonl"});
  EXPECT_EQ(report.embedded, 1U);
  EXPECT_EQ(report.reused, 1U);
  const SearchResult found = reopen().search("the sea").value();
  ASSERT_EQ(found.hits.size(), 2U);
  EXPECT_EQ(found.hits[0].score, found.hits[1].score);
  EXPECT_EQ(found.hits[0].document, "1");
}

}  // namespace
}  // namespace vicinal
