#include "vicinal/collection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "base/as_nobody_for_tests.h"
#include "base/file.h"
#include "base/json.h"
#include "engine/tiny_model_for_tests.h"

namespace vicinal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::UnorderedElementsAre;

/// Documents of vocabulary words, so that different texts get different vectors.
class CollectionTest : public ::testing::Test {
 protected:
  CollectionTest() : model_(engine::write_tiny_model(folders_.folder, "tiny")) {
    write("notes/river.md", "# river\n\nthe river flows through the city and in the alps is a bridge .\n");
    write("notes/refund.txt", "a refund is paid in money to the card of the customer .\n");
    write("notes/deep/cat.txt", "the cat sleeps in the green house , the dog runs .\n");
  }

  void write(const std::string& name, const std::string& text) { folders_.folder.write(name, text); }
  std::string file(const std::string& name) const { return folders_.folder.file(name); }
  Collection open(CollectionOptions options = {}) {
    options.create = true;
    if (options.model.empty()) options.model = model_;
    return Collection::open(file("c"), options).value();
  }
  Collection reopen() { return Collection::open(file("c")).value(); }
  std::vector<std::string> ids() { return reopen().list().value(); }
  IndexReport index(const std::vector<std::string>& names) {
    std::vector<std::string> paths;
    for (const std::string& name : names) paths.push_back(file(name));
    return open().index_paths(paths).value();
  }
  /// As if time had passed: a file's stamp is believed only when the file is not brand-new.
  void age(const std::string& name) {
    fs::last_write_time(file(name), fs::file_time_type::clock::now() - std::chrono::hours(1));
  }
  void age_all() {
    for (const auto& entry : fs::recursive_directory_iterator(file("notes")))
      if (entry.is_regular_file())
        fs::last_write_time(entry.path(), fs::file_time_type::clock::now() - std::chrono::hours(1));
  }

  /// Name, time and bytes of what a commit changes; an empty log is none.
  std::map<std::string, std::pair<fs::file_time_type, std::string>> files() {
    std::map<std::string, std::pair<fs::file_time_type, std::string>> found;
    for (const auto& entry : fs::directory_iterator(file("c")))
      if (entry.file_size() > 0 && entry.path().extension() != ".db-shm" && entry.path().extension() != ".lock")
        found[entry.path().filename()] = {entry.last_write_time(), base::read_file(entry.path().string()).value()};
    return found;
  }

  engine::PrivateFolders folders_;
  std::string model_;
};

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

TEST_F(CollectionTest, WhatTheTokenizerKeepsNothingOfIsSkippedAndTheRunGoesOn) {
  index({"notes"});
  const std::map<std::string, std::string> nothings = {
      {"mark", "\xCC\x81"}, {"refund", "\xE2\x80\x8B"}, {"replacement", "\xEF\xBF\xBD"}, {"soft", "\xC2\xAD"}};
  std::string rows;
  for (const auto& [name, character] : nothings) {
    write("notes/" + name + ".txt", character + character + "\n" + character);
    rows += R"({"_id":")" + name + R"(","text":")" + character + "\"}\n";
  }
  write("rows.jsonl", rows + "{\"_id\":\"last\",\"text\":\"the sea\"}\n");
  for (const ChunkSpec::Strategy strategy : {ChunkSpec::Strategy::recursive, ChunkSpec::Strategy::none}) {
    Collection collection = open({.chunk = ChunkSpec{.strategy = strategy}});
    const IndexReport report = collection.index_paths({file("notes"), file("rows.jsonl")}).value();
    ASSERT_EQ(report.skipped.size(), 8U);
    EXPECT_EQ(report.skipped[0].path, file("notes/mark.txt"));
    EXPECT_THAT(report.skipped[0].reason, HasSubstr("tokenizer"));
    EXPECT_THAT(report.skipped[4].path, HasSubstr("rows.jsonl:1"));
    EXPECT_THAT(ids(), ElementsAre("deep/cat.txt", "last", "river.md")) << "refund.txt has lost its text";
  }
}

TEST_F(CollectionTest, APassageThatMayNotBeCutIsSkippedAndTheRunGoesOn) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "the old harbour ";
  write("notes/long.txt", text);
  CollectionOptions options{.chunk = ChunkSpec{.strategy = ChunkSpec::Strategy::none}};
  options.embedder.on_long = OnLong::error;
  const IndexReport report = open(options).index_paths({file("notes")}).value();
  ASSERT_EQ(report.skipped.size(), 1U);
  EXPECT_EQ(report.skipped[0].path, file("notes/long.txt"));
  EXPECT_THAT(report.skipped[0].reason, HasSubstr("limit"));
  EXPECT_THAT(ids(), ElementsAre("deep/cat.txt", "refund.txt", "river.md"));
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

TEST_F(CollectionTest, NoPassageIsOverTheModelSLimitAndEveryOneIsASlice) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += i % 10 == 9 ? "the river flows .\n\n" : "the old mountain and the new harbour ";
  write("notes/long.txt", text);
  const IndexReport report = index({"notes"});
  EXPECT_EQ(report.cut, 0U);
  const Document document = reopen().get("long.txt").value();
  EXPECT_GT(document.chunks.size(), 10U);
  for (const Chunk& chunk : document.chunks) {
    EXPECT_LE(chunk.tokens, 38U);
    EXPECT_LT(chunk.byte_start, chunk.byte_end);
    EXPECT_LE(chunk.byte_end, document.text.size());
  }
}

TEST_F(CollectionTest, AWholeDocumentIsCutAtTheLimitAndCounted) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "the old harbour ";
  write("rows.jsonl", R"({"_id":"1","title":"sea","text":")" + text + "\"}\n{\"_id\":\"2\",\"text\":\"the sea\"}\n");
  Collection collection = open({.chunk = ChunkSpec{.strategy = ChunkSpec::Strategy::none}});
  const IndexReport report = collection.index_paths({file("rows.jsonl")}).value();
  EXPECT_EQ(report.chunks, 2U);
  EXPECT_EQ(report.cut, 1U);
  EXPECT_EQ(collection.stats().value().chunking, "none");
}

TEST_F(CollectionTest, AnotherChunkSizeCutsEverythingAgain) {
  age_all();
  index({"notes"});
  Collection collection = open({.chunk = ChunkSpec{.size_tokens = 6, .overlap_tokens = 0}});
  const IndexReport report = collection.index_paths({file("notes")}).value();
  EXPECT_EQ(report.updated, 3U);
  EXPECT_GT(report.chunks, 5U);
  EXPECT_EQ(collection.stats().value().chunking, "recursive:6t/0t");
  EXPECT_EQ(reopen().index_paths({file("notes")}).value().unchanged, 3U);
}

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

TEST_F(CollectionTest, StoppingKeepsWhatWasAcknowledgedAndTheNextRunGoesOn) {
  std::ofstream rows(file("rows.jsonl"));
  for (int i = 0; i < 3000; ++i)
    rows << R"({"_id":")" << i << R"(","text":")" << engine::kTinyVocabulary[4 + i % 40] << " "
         << engine::kTinyVocabulary[4 + i / 40 % 40] << " " << engine::kTinyVocabulary[4 + i / 1600] << "\"}\n";
  rows.close();
  std::stop_source stop;
  size_t acknowledged = 0;
  const Watch watch{.progress =
                        [&](const Progress& progress) {
                          acknowledged = progress.acknowledged;
                          if (acknowledged > 0) stop.request_stop();
                        },
                    .stop = stop.get_token()};
  const auto stopped = open().index_paths({file("rows.jsonl")}, watch);
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code(), Code::interrupted);
  ASSERT_GT(acknowledged, 0U);
  ASSERT_LT(acknowledged, 3000U);
  Collection collection = reopen();
  for (const size_t i : {size_t{0}, acknowledged / 2, acknowledged - 1})
    EXPECT_TRUE(collection.get(std::to_string(i)).ok()) << i;
  const IndexReport rest = index({"rows.jsonl"});
  EXPECT_EQ(rest.added + rest.unchanged, 3000U);
  EXPECT_GE(rest.unchanged, acknowledged);
  EXPECT_EQ(ids().size(), 1000U) << "a page";
  EXPECT_EQ(reopen().stats().value().documents, 3000U);
}

TEST_F(CollectionTest, AcknowledgedCountsGrowToTheNumberOfInputs) {
  std::vector<size_t> counts;
  size_t total = 0;
  ASSERT_TRUE(open()
                  .index_paths({file("notes")}, {.progress =
                                                     [&](const Progress& progress) {
                                                       if (progress.stage != "embed") return;
                                                       counts.push_back(progress.acknowledged);
                                                       total = progress.total;
                                                     },
                                                 .stop = {}})
                  .ok());
  EXPECT_TRUE(std::ranges::is_sorted(counts));
  EXPECT_EQ(counts.back(), 3U);
  EXPECT_EQ(total, 3U);
}

TEST_F(CollectionTest, ALongDocumentIsReportedWhileItIsEmbedded) {
  std::vector<Progress> reports;
  ASSERT_TRUE(
      open().index_paths({file("notes/river.md")},
                         {.progress = [&](const Progress& progress) { reports.push_back(progress); }, .stop = {}}));
  const auto first = std::ranges::find(reports, "embed", &Progress::stage);
  ASSERT_NE(first, reports.end());
  EXPECT_EQ(first->done, 0U) << "before the first document is finished";
  EXPECT_EQ(first->acknowledged, 0U);
  EXPECT_EQ(first->total, 1U);
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
