// How a collection finds words: settings of its own, a glossary, spelling.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/collection_for_tests.h"
#include "vicinal/doctor.h"

namespace vicinal {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CollectionWords : public CollectionTest {
 protected:
  Collection open_with(const WordOptions& words) {
    return Collection::open(file("c"), {.create = true, .model = model_, .words = words}).value();
  }
  Result<IndexReport> index_with(const WordOptions& words) {
    return open_with(words).index_paths({file("rows.jsonl")});
  }

  /// Documents found by words alone, best first.
  std::vector<std::string> found(std::string_view query) {
    std::vector<std::string> ids;
    const auto result = reopen().search(query, {.mode = SearchMode::lexical});
    EXPECT_TRUE(result.ok()) << result.error().what();
    for (const Hit& hit : result.value().hits) ids.push_back(hit.document);
    return ids;
  }
  std::string suggested(std::string_view query) { return reopen().search(query).value().suggestion; }
  void write_rows() {
    write("rows.jsonl", R"({"_id":"1","text":"the old bridges of the city","lang":"en"}
{"_id":"2","text":"die alten Brücken und Häuser","lang":"de-CH"}
{"_id":"3","text":"running the API of the bridge is paid"}
)");
  }
};

TEST_F(CollectionWords, SettingsAreKeptAndUsed) {
  write_rows();
  ASSERT_TRUE(index_with({.analyzer = "unicode stem=none", .bm25 = "okapi,k1=0.5", .language = "DE"}));
  const CollectionStats stats = reopen().stats().value();
  EXPECT_EQ(stats.analyzer, "unicode fold parts stem=none stop=none segment=bigrams");
  EXPECT_EQ(stats.bm25, "okapi,k1=0.5,b=0.75");
  EXPECT_EQ(stats.language, "de");
  EXPECT_THAT(found("bridge"), testing::ElementsAre("3"));
}

TEST_F(CollectionWords, AnotherAnalyzerIndexesTheWordsAnew) {
  write_rows();
  ASSERT_TRUE(index_with({}));
  EXPECT_THAT(found("bridge"), testing::UnorderedElementsAre("1", "3"));
  const IndexReport report = index_with({.analyzer = "unicode stem=none"}).value();
  EXPECT_EQ(report.embedded, 0u);
  EXPECT_THAT(found("bridge"), testing::ElementsAre("3"));
  ASSERT_TRUE(index_with({}));  // what is left open stays
  EXPECT_THAT(found("bridges"), testing::ElementsAre("1"));
  EXPECT_TRUE(verify_collection(file("c")).value().findings.empty());
}

TEST_F(CollectionWords, AnotherFormulaNeedsNothingAnew) {
  write_rows();
  ASSERT_TRUE(index_with({}));
  const auto score = [&] { return reopen().search("bridge", {.mode = SearchMode::lexical}).value().hits[0].score; };
  const float before = score();
  ASSERT_TRUE(index_with({.bm25 = "atire,k1=2,b=0"}));
  EXPECT_NE(score(), before);
  ASSERT_TRUE(index_with({.bm25 = "lucene"}));
  EXPECT_EQ(score(), before);
}

TEST_F(CollectionWords, ADocumentNamesItsLanguage) {
  write_rows();
  ASSERT_TRUE(index_with({}));
  EXPECT_THAT(found("Brücke"), testing::ElementsAre("2"));
  EXPECT_THAT(found("haus"), testing::ElementsAre("2"));
}

TEST_F(CollectionWords, AGlossaryWorksOnBothSidesAndInBothArms) {
  write_rows();
  write("g.txt", "API => harbour signal\ncity, metropolis\n");
  ASSERT_TRUE(index_with({.glossary = file("g.txt")}));
  EXPECT_THAT(found("\"harbour signal\""), testing::ElementsAre("3"));  // what the documents got
  EXPECT_THAT(found("metropolis"), testing::ElementsAre("1"));
  const CollectionStats stats = reopen().stats().value();
  EXPECT_EQ(stats.glossary_rules, 3u);
  std::map<std::string, std::vector<float>> glossed, plain;
  const auto rows = [&](std::map<std::string, std::vector<float>>& out) {
    reopen().export_chunks([&](const ExportedChunk& row) { return out[row.document] = row.embedding, true; }).value();
  };
  rows(glossed);
  std::filesystem::remove_all(file("c"));
  ASSERT_TRUE(index_with({}));
  rows(plain);
  EXPECT_NE(plain["3"], glossed["3"]);
  EXPECT_EQ(plain["2"], glossed["2"]);
  EXPECT_NE(reopen().stats().value().space, stats.space);
}

TEST_F(CollectionWords, AnotherGlossaryIsAnotherSpace) {
  write_rows();
  write("g.txt", "API => harbour\n");
  write("same.txt", "# the same\nAPI  =>  harbour\n");
  write("other.txt", "API => engine\n");
  ASSERT_TRUE(index_with({.glossary = file("g.txt")}));
  EXPECT_TRUE(index_with({.glossary = file("same.txt")}));
  EXPECT_TRUE(index_with({}));
  EXPECT_TRUE(reopen().search("the city"));
  const auto refused = Collection::open(file("c"), {.words = {.glossary = file("other.txt")}});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), Code::space_mismatch);
  EXPECT_THAT(refused.error().what(), HasSubstr("collection_glossary"));
}

TEST_F(CollectionWords, AMigrationKeepsThem) {
  write_rows();
  write("g.txt", "API => harbour signal\n");
  ASSERT_TRUE(index_with({.analyzer = "unicode stem=none", .bm25 = "okapi", .glossary = file("g.txt")}));
  const CollectionStats before = reopen().stats().value();
  const std::string other = engine::write_tiny_model(folders_.folder, "other", 2);
  ASSERT_TRUE(migrate_collection(file("c"), {.model = other, .embedder = {}, .chunk = {}}));
  const CollectionStats after = reopen().stats().value();
  EXPECT_EQ(after.analyzer, before.analyzer);
  EXPECT_EQ(after.bm25, before.bm25);
  EXPECT_EQ(after.glossary, before.glossary);
  EXPECT_NE(after.space, before.space);
  EXPECT_THAT(found("\"harbour signal\""), testing::ElementsAre("3"));
  EXPECT_TRUE(reopen().search("the city"));
}

TEST_F(CollectionWords, WhatCannotBeReadIsRefusedBeforeAnythingIsMade) {
  write("g.txt", "alone\n");
  for (const WordOptions& words :
       {WordOptions{.analyzer = "unicode sten=de"}, WordOptions{.bm25 = "lucen"}, WordOptions{.language = "English"},
        WordOptions{.glossary = file("g.txt")}, WordOptions{.glossary = file("nowhere.txt")}}) {
    EXPECT_FALSE(Collection::open(file("c"), {.create = true, .model = model_, .words = words}).ok());
    EXPECT_FALSE(std::filesystem::exists(file("c") + "/collection.db"));
  }
}

TEST_F(CollectionWords, AWordThatNoPassageHasIsCorrected) {
  write_rows();
  ASSERT_TRUE(index_with({}));
  EXPECT_EQ(suggested("runing bridgse"), "running bridges");
  EXPECT_EQ(suggested("the brigde"), "the bridge");
  EXPECT_THAT(suggested("old bridges"), IsEmpty());
  EXPECT_THAT(suggested("\"old brigdes\""), IsEmpty());
  ASSERT_TRUE(open().remove({"1"}));
  EXPECT_THAT(suggested("citty"), IsEmpty());  // only a removed passage had it
}

}  // namespace
}  // namespace vicinal
