#include "vicinal/collection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "engine/collection_for_tests.h"

namespace vicinal {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(CollectionTest, WhatIsIndexedIsFoundAndCanBeGot) {
  const IndexReport report = index({"notes"});
  EXPECT_EQ(report.inputs, 3U);
  EXPECT_EQ(report.added, 3U);
  EXPECT_EQ(report.embedded, report.chunks);
  EXPECT_THAT(ids(), ElementsAre("deep/cat.txt", "refund.txt", "river.md"));
  Collection collection = reopen();
  const std::string text = collection.get("refund.txt").value().text;
  const SearchResult result =
      collection.search("a refund is paid in money to the card of the customer .", {.limit = 2}).value();
  ASSERT_EQ(result.hits.size(), 2U);
  const Hit& best = result.hits[0];
  EXPECT_EQ(best.document, "refund.txt");
  EXPECT_EQ(best.id, "refund.txt#0");
  EXPECT_EQ(best.path, file("notes/refund.txt"));
  EXPECT_NEAR(best.score, 1.0, 1e-3);
  EXPECT_EQ(best.text, text.substr(best.byte_start, best.byte_end - best.byte_start));
  EXPECT_EQ(best.line_start, 1U);
  EXPECT_GE(best.score, result.hits[1].score);
}

TEST_F(CollectionTest, TheTitleIsEmbeddedWithEveryPassage) {
  index({"notes"});
  const SearchResult with_title =
      reopen()
          .search("river # river the river flows through the city and in the alps is a bridge .", {.limit = 1})
          .value();
  EXPECT_EQ(with_title.hits[0].title, "river");
  EXPECT_EQ(with_title.hits[0].document, "river.md");
  EXPECT_NEAR(with_title.hits[0].score, 1.0, 1e-3);
}

TEST_F(CollectionTest, AFolderWithOtherThingsIsRefusedBeforeTheModelIsLoadedAndStaysAsItIs) {
  const auto opened = Collection::open(file("notes"), {.create = true, .model = file("no such model")});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code(), Code::invalid_argument);
  EXPECT_FALSE(fs::exists(file("notes/writer.lock")));
}

TEST_F(CollectionTest, ARemovalThatWaitsForAnotherWriterCanBeStopped) {
  index({"notes"});
  Collection first = reopen();
  std::stop_source stop;
  Error error(Code::io, "the removal was not tried");
  const Watch inner{.progress = [&](const Progress&) { stop.request_stop(); }, .stop = stop.get_token()};
  const Watch outer{.progress =
                        [&](const Progress& progress) {
                          if (progress.stage == "scan") error = reopen().remove({"river.md"}, inner).error();
                        },
                    .stop = {}};
  ASSERT_TRUE(first.index_paths({file("notes")}, outer));
  EXPECT_EQ(error.code(), Code::interrupted);
  EXPECT_EQ(ids().size(), 3U);
}

TEST_F(CollectionTest, ReadingNeedsNoModel) {
  index({"notes"});
  fs::rename(model_, file("gone"));
  Collection collection = reopen();
  EXPECT_EQ(collection.list().value().size(), 3U);
  EXPECT_TRUE(collection.get("river.md").ok());
  EXPECT_EQ(collection.stats().value().documents, 3U);
  EXPECT_EQ(collection.remove({"river.md", "nothing"}).value(), 1U);
  EXPECT_EQ(collection.search("the sea").error().code(), Code::not_found);
}

TEST_F(CollectionTest, ACollectionThatIsNotThereIsNotFound) {
  EXPECT_EQ(Collection::open(file("nothing")).error().code(), Code::not_found);
  EXPECT_EQ(Collection::open(file("nothing"), {.create = true, .read_only = true, .model = model_}).error().code(),
            Code::not_found);
}

TEST_F(CollectionTest, AReadOnlyCollectionRefusesToWrite) {
  index({"notes"});
  Collection collection = Collection::open(file("c"), {.read_only = true}).value();
  EXPECT_EQ(collection.index_paths({file("notes")}).error().code(), Code::invalid_argument);
  EXPECT_EQ(collection.remove({"river.md"}).error().code(), Code::invalid_argument);
}

TEST_F(CollectionTest, AReaderSeesWhatAnotherWroteSince) {
  index({"notes"});
  Collection reader = Collection::open(file("c"), {.read_only = true}).value();
  write("notes/new.txt", "the ship sails");
  index({"notes"});
  EXPECT_EQ(reader.list().value().size(), 4U);
  EXPECT_EQ(reader.search("the ship sails", {.limit = 1}).value().hits[0].document, "new.txt");
}

TEST_F(CollectionTest, ManyQueriesGiveWhatEachGivesAlone) {
  index({"notes"});
  Collection collection = reopen();
  const std::vector<std::string> queries = {"the river", "a cat and a dog", "money"};
  const auto together = collection.search_many(queries, {.limit = 3}).value();
  ASSERT_EQ(together.size(), 3U);
  for (size_t i = 0; i < queries.size(); ++i) {
    const SearchResult alone = collection.search(queries[i], {.limit = 3}).value();
    ASSERT_EQ(alone.hits.size(), together[i].hits.size());
    for (size_t j = 0; j < alone.hits.size(); ++j) {
      EXPECT_EQ(alone.hits[j].id, together[i].hits[j].id);
      EXPECT_EQ(alone.hits[j].score, together[i].hits[j].score);
    }
  }
}

TEST_F(CollectionTest, ASearchWithoutContentOrLimitIsRefused) {
  index({"notes"});
  EXPECT_EQ(reopen().search(" ").error().code(), Code::empty_input);
  EXPECT_EQ(reopen().search("the sea", {.limit = 0}).error().code(), Code::invalid_argument);
}

TEST_F(CollectionTest, AnExportHasEveryPassageWithItsVector) {
  index({"notes"});
  std::vector<std::string> exported;
  ASSERT_TRUE(reopen()
                  .export_chunks([&](const ExportedChunk& chunk) {
                    exported.push_back(chunk.document);
                    EXPECT_EQ(chunk.embedding.size(), 32U);
                    return true;
                  })
                  .ok());
  EXPECT_THAT(exported, ElementsAre("deep/cat.txt", "refund.txt", "river.md"));
}

TEST_F(CollectionTest, AKeptCollectionHasOnePlaceForOneSetOfPathsAndOneSpace) {
  write("more/ship.txt", "the ship sails");
  const CollectionOptions options{.model = model_};
  const std::string a = cached_collection_path({file("notes"), file("more")}, options).value();
  EXPECT_EQ(a, cached_collection_path({file("more"), file("notes/../notes")}, options).value());
  EXPECT_NE(a, cached_collection_path({file("notes")}, options).value());
  CollectionOptions other = options;
  other.chunk = ChunkSpec{.size_tokens = 99};
  EXPECT_NE(a, cached_collection_path({file("notes"), file("more")}, other).value());
  other = options;
  other.embedder.max_tokens = 20;
  EXPECT_NE(a, cached_collection_path({file("notes"), file("more")}, other).value());
  EXPECT_TRUE(a.starts_with(folders_.folder.file("cache")));
}

TEST_F(CollectionTest, NoCollectionIsKeptForAPathThatIsNotThere) {
  const auto kept = cached_collection_path({file("notes"), file("nothing")}, {.model = model_});
  ASSERT_FALSE(kept.ok());
  EXPECT_EQ(kept.error().code(), Code::not_found);
  EXPECT_THAT(kept.error().what(), HasSubstr(file("nothing")));
  EXPECT_FALSE(fs::exists(file("cache/collections")));
}

}  // namespace
}  // namespace vicinal
