// What mirrors files and folders.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/as_nobody_for_tests.h"
#include "engine/collection_for_tests.h"

namespace vicinal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Key;

TEST_F(CollectionTest, AnUnchangedRunEmbedsAndWritesNothing) {
  age_all();
  index({"notes"});
  const auto before = files();
  const IndexReport again = index({"notes"});
  EXPECT_EQ(files(), before);
  EXPECT_THAT(before, AllOf(Contains(Key("collection.db")), Contains(Key("tail-1.vec"))));
  EXPECT_EQ(again.unchanged, 3U);
  EXPECT_EQ(again.embedded + again.reused + again.chunks + again.added + again.updated + again.removed, 0U);
}

TEST_F(CollectionTest, ATouchedFileIsReadButNotEmbedded) {
  index({"notes"});
  age("notes/refund.txt");
  const IndexReport again = index({"notes"});
  EXPECT_EQ(again.unchanged, 3U);
  EXPECT_EQ(again.embedded, 0U);
}

TEST_F(CollectionTest, AChangedFileIsUpdatedAndOnlyItsNewPassagesAreEmbedded) {
  index({"notes"});
  write("notes/refund.txt", "the ship sails .");
  const IndexReport again = index({"notes"});
  EXPECT_EQ(again.updated, 1U);
  EXPECT_EQ(again.unchanged, 2U);
  EXPECT_EQ(again.embedded, 1U);
  EXPECT_EQ(reopen().get("refund.txt").value().text, "the ship sails .");
}

TEST_F(CollectionTest, ARenamedFileKeepsItsVectors) {
  index({"notes"});
  fs::rename(file("notes/refund.txt"), file("notes/money.txt"));
  const IndexReport again = index({"notes"});
  EXPECT_EQ(again.added, 1U);
  EXPECT_EQ(again.removed, 1U);
  EXPECT_EQ(again.embedded, 0U);
  EXPECT_EQ(again.reused, 1U);
  EXPECT_THAT(ids(), ElementsAre("deep/cat.txt", "money.txt", "river.md"));
}

TEST_F(CollectionTest, ADeletedFileIsRemoved) {
  index({"notes"});
  fs::remove(file("notes/refund.txt"));
  EXPECT_EQ(index({"notes"}).removed, 1U);
  EXPECT_THAT(ids(), ElementsAre("deep/cat.txt", "river.md"));
}

TEST_F(CollectionTest, ALookAtAPartLeavesTheRestAlone) {
  index({"notes"});
  fs::remove(file("notes/refund.txt"));
  fs::remove(file("notes/deep/cat.txt"));
  write("notes/deep/new.txt", "the old harbour");
  index({"notes/deep"});
  EXPECT_THAT(ids(), ElementsAre("deep/new.txt", "refund.txt", "river.md"));
  index({"notes/refund.txt"});
  EXPECT_THAT(ids(), ElementsAre("deep/new.txt", "river.md"));
}

TEST_F(CollectionTest, AFolderThatIsGoneIsAnErrorAndLosesNothing) {
  index({"notes"});
  fs::rename(file("notes"), file("away"));
  EXPECT_EQ(open().index_paths({file("notes")}).error().code(), Code::not_found);
  EXPECT_EQ(ids().size(), 3U);
}

TEST_F(CollectionTest, AFolderThatCannotBeReadLosesNothing) {
  index({"notes"});
  const base::AsNobody ordinary_user(file("."));
  fs::permissions(file("notes/deep"), fs::perms::none);
  const IndexReport report = index({"notes"});
  fs::permissions(file("notes/deep"), fs::perms::owner_all);
  EXPECT_EQ(report.removed, 0U);
  EXPECT_EQ(report.skipped.size(), 1U);
  EXPECT_EQ(ids().size(), 3U);
}

TEST_F(CollectionTest, AFileThatBecameBinaryOrEmptyIsRemovedAndTold) {
  index({"notes"});
  write("notes/refund.txt", std::string("\x7F"
                                        "ELF\0\0\0\x01\x02\0\0\0\0\xFF\xFE\0",
                                        16));
  write("notes/deep/cat.txt", "  \n");
  const IndexReport report = index({"notes"});
  EXPECT_EQ(report.removed, 2U);
  EXPECT_EQ(report.skipped.size(), 2U);
  EXPECT_THAT(ids(), ElementsAre("river.md"));
}

TEST_F(CollectionTest, AFileWhoseNameIsNotUtf8IsSkippedAndTheRunGoesOn) {
  write("notes/caf\xE9.txt", "the ship sails");
  const IndexReport report = index({"notes"});
  ASSERT_EQ(report.skipped.size(), 1U);
  EXPECT_EQ(report.skipped[0].path, file("notes/caf\\xE9.txt"));
  EXPECT_EQ(report.added, 3U);
  EXPECT_EQ(index({"notes"}).unchanged, 3U);
  write("\xE9/a.txt", "the ship sails");
  EXPECT_EQ(open().index_paths({file("\xE9")}).error().code(), Code::invalid_argument)
      << "a root is remembered by name";
}

TEST_F(CollectionTest, AfterARunTheLogIsWrittenBackAlthoughTheCollectionIsOpen) {
  std::string rows;
  for (int i = 0; i < 300; ++i)
    rows += R"({"_id":")" + std::to_string(i) + R"(","text":"the river )" + std::to_string(i) + "\"}\n";
  write("rows.jsonl", rows);
  Collection collection = open();
  ASSERT_TRUE(collection.index_paths({file("rows.jsonl")}));
  EXPECT_EQ(fs::file_size(file("c/collection.db-wal")), 0U);
  ASSERT_EQ(collection.remove({"7"}).value(), 1U);
  EXPECT_EQ(fs::file_size(file("c/collection.db-wal")), 0U);
  EXPECT_EQ(collection.stats().value().documents, 299U);
  EXPECT_EQ(collection.search("the river", {.limit = 500}).value().hits.size(), 299U);
  EXPECT_EQ(reopen().list().value().size(), 299U);
}

TEST_F(CollectionTest, ASecondRootGetsAPrefixAndARootAroundItAbsorbsIt) {
  index({"notes/deep"});
  write("more/ship.txt", "the ship sails");
  index({"more"});
  EXPECT_THAT(ids(), ElementsAre("cat.txt", "more/ship.txt"));
  const IndexReport report = index({"notes"});
  EXPECT_EQ(report.removed, 1U);
  EXPECT_EQ(report.reused, 1U);
  EXPECT_THAT(ids(), ElementsAre("more/ship.txt", "notes/deep/cat.txt", "notes/refund.txt", "notes/river.md"));
  EXPECT_EQ(index({"notes", "more"}).unchanged, 4U);
}

}  // namespace
}  // namespace vicinal
