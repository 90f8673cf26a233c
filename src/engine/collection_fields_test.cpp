// Documents of several fields.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "engine/collection_for_tests.h"
#include "vicinal/doctor.h"

namespace vicinal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CollectionFieldsTest : public CollectionTest {
 protected:
  CollectionFieldsTest() {
    write("rows.jsonl",
          R"({"id":"a","title":"the river","abstract":"a ship sails in the market","source":"the cat sleeps","year":1})"
          "\n"
          R"({"id":"b","title":"the market","abstract":"the river flows through the city"})"
          "\n"
          R"({"id":"c","source":"a bridge in the alps"})"
          "\n"
          R"({"id":"d","year":4})"
          "\n");
  }
  Collection fields_indexed(const std::vector<FieldSource>& fields = kFields) {
    Collection docs = open({.fields = fields});
    report_ = docs.index_paths({file("rows.jsonl")}).value();
    return docs;
  }
  static std::vector<std::string> places(const SearchResult& result) {
    std::vector<std::string> out;
    for (const Hit& hit : result.hits) out.push_back(hit.document + " " + hit.field);
    return out;
  }

  inline static const std::vector<FieldSource> kFields = {{"title", "title"}, {"body", "abstract"}, {"code", "source"}};
  IndexReport report_;
};

TEST_F(CollectionFieldsTest, EachFieldOfARowHasItsPassages) {
  Collection docs = fields_indexed();
  EXPECT_EQ(report_.added, 3U);
  ASSERT_EQ(report_.skipped.size(), 1U);
  EXPECT_THAT(report_.skipped[0].reason, HasSubstr("body=abstract title=title code=source"));
  const Document a = docs.get("a").value();
  EXPECT_EQ(a.text, "a ship sails in the market");
  EXPECT_EQ(a.metadata, R"({"year":1})");
  ASSERT_EQ(a.chunks.size(), 3U);
  EXPECT_EQ(a.chunk_text(a.chunks[0]), "a ship sails in the market");
  EXPECT_EQ(a.chunk_text(a.chunks[1]), "the river");
  EXPECT_EQ(a.chunk_text(a.chunks[2]), "the cat sleeps");
  EXPECT_EQ(docs.get("c")->chunks[0].field, 2U);
  const CollectionStats stats = docs.stats().value();
  ASSERT_EQ(stats.fields.size(), 3U);
  EXPECT_EQ(stats.fields[1].field, "title");
  EXPECT_EQ(stats.fields[1].chunks, 2U);
  EXPECT_EQ(stats.chunks, 6U);
  EXPECT_EQ(verify_collection(file("c")).value().findings.size(), 0U);
}

TEST_F(CollectionFieldsTest, OnlyTheFieldsThatAreNamedAreSearched) {
  Collection docs = fields_indexed();
  for (const SearchMode mode : {SearchMode::lexical, SearchMode::dense, SearchMode::hybrid}) {
    const auto titles = docs.search("the river", {.mode = mode, .fields = {{"title", 1}}}).value();
    EXPECT_EQ(places(titles).front(), "a title");
    EXPECT_TRUE(std::ranges::all_of(titles.hits, [](const Hit& hit) { return hit.field == "title"; }));
    EXPECT_EQ(titles.chunks_searched, 2U);
    EXPECT_THAT(titles.plan, HasSubstr("fields title 1"));
  }
  EXPECT_THAT(places(docs.search("river", {.mode = SearchMode::lexical, .fields = {{"body", 1}}}).value()),
              ElementsAre("b body"));
  EXPECT_EQ(docs.search("the river", {.mode = SearchMode::dense}).value().hits.size(), 6U);
  EXPECT_THAT(docs.search("x", {.fields = {{"titel", 1}}}).error().what(), HasSubstr("fields=body, title, code"));
  EXPECT_EQ(docs.search("x", {.fields = {{"title", 0}}}).error().code(), Code::invalid_argument);
  EXPECT_EQ(docs.search("x", {.fields = {{"title", 1}, {"title", 2}}}).error().code(), Code::invalid_argument);
}

TEST_F(CollectionFieldsTest, WeightsDecideBetweenFields) {
  Collection docs = fields_indexed();
  const auto first = [&](SearchMode mode, double title, double body) {
    return places(
               docs.search("river", {.limit = 1, .mode = mode, .fields = {{"title", title}, {"body", body}}}).value())
        .front();
  };
  EXPECT_THAT(first(SearchMode::lexical, 10, 1), HasSubstr("a "));
  EXPECT_EQ(first(SearchMode::lexical, 0.01, 1), "b body");
  const auto plain = docs.search("river", {.mode = SearchMode::dense, .fields = {{"title", 1}, {"body", 1}}}).value();
  const auto halved = docs.search("river", {.mode = SearchMode::dense, .fields = {{"title", 2}, {"body", 1}}}).value();
  for (const Hit& hit : halved.hits) {
    const auto same = std::ranges::find(plain.hits, hit.id, &Hit::id);
    ASSERT_NE(same, plain.hits.end());
    EXPECT_FLOAT_EQ(hit.score, hit.field == "body" ? same->score / 2 : same->score);
  }
  EXPECT_EQ(docs.search("river", {.metric = Metric::l2, .fields = {{"title", 2}, {"body", 1}}}).error().code(),
            Code::invalid_argument);
  const auto best = docs.search("river", {.best_per_document = true, .fields = {{"title", 2}, {"body", 1}}}).value();
  std::set<std::string> documents;
  for (const Hit& hit : best.hits) EXPECT_TRUE(documents.insert(hit.document).second);
}

TEST_F(CollectionFieldsTest, ALaterRunRemembersWhereTextsAreAndReadsAgainWhatChanged) {
  fields_indexed();
  EXPECT_EQ(open().index_paths({file("rows.jsonl")}).value().unchanged, 3U);
  fields_indexed({{"title", "title"}, {"body", "source"}});
  EXPECT_EQ(report_.updated, 3U);
  const Document a = reopen().get("a").value();
  EXPECT_EQ(a.text, "the cat sleeps");
  EXPECT_THAT(a.metadata, HasSubstr("abstract"));
  EXPECT_EQ(reopen().stats()->fields.size(), 3U) << "fields are never removed";
}

TEST_F(CollectionFieldsTest, AFieldIsAddedToACollectionThatHadABodyAlone) {
  index({"notes"});
  EXPECT_EQ(reopen().stats()->fields.size(), 1U);
  age_all();
  index({"notes"});
  Collection docs = open({.fields = {{"title", "title"}}});
  EXPECT_EQ(docs.index_paths({file("notes")}).value().updated, 3U);
  const auto titles = docs.search("river", {.fields = {{"title", 1}}}).value();
  ASSERT_FALSE(titles.hits.empty());
  EXPECT_EQ(titles.hits[0].document, "river.md");
  EXPECT_EQ(docs.index_paths({file("notes")}).value().updated, 0U);
}

TEST_F(CollectionFieldsTest, NamesOfFieldsAreChecked) {
  const auto refused = [&](const std::vector<FieldSource>& fields) {
    Collection docs = open({.fields = fields});
    return docs.index_paths({file("rows.jsonl")}).error().code() == Code::invalid_argument;
  };
  EXPECT_TRUE(refused({{"1st", "title"}}));
  EXPECT_TRUE(refused({{"code", "id"}}));
  EXPECT_TRUE(refused({{"code", "a"}, {"code", "b"}}));
  std::vector<FieldSource> many;
  for (char name = 'a'; name < 'i'; ++name) many.push_back({std::string(1, name), std::string(1, name)});
  EXPECT_TRUE(refused(many));
  many.pop_back();
  EXPECT_FALSE(refused(many));
}

TEST_F(CollectionFieldsTest, ReadyVectorsOfSeveralFieldsComeBackAsTheyWereExported) {
  write("vectors.jsonl",
        R"({"id":"a","title":"the river","text":"a ship","vectors":{"title":[1,0],"body":[0,1]}})"
        "\n"
        R"({"id":"b","title":"no vector of it","text":"the city","vectors":{"body":[0.6,0.8]},"year":2})"
        "\n");
  const CollectionOptions options{.create = true, .space = "elsewhere", .dimensions = 2};
  CollectionOptions with_title = options;
  with_title.fields = {{"title", "title"}};
  EXPECT_THAT(Collection::open(file("plain"), options)->add_vector_files({file("vectors.jsonl")}).error().what(),
              HasSubstr("no such field"));
  Collection docs = Collection::open(file("ready"), with_title).value();
  EXPECT_EQ(docs.add_vector_files({file("vectors.jsonl")}).value().chunks, 3U);
  const std::vector<float> query = {1, 0};
  EXPECT_THAT(places(docs.search_vector(query, {.limit = 2}).value()), ElementsAre("a title", "b body"));
  EXPECT_THAT(places(docs.search_vector(query, {.fields = {{"body", 1}}}).value()), ElementsAre("b body", "a body"));
  EXPECT_THAT(places(docs.search_vector(query, {.limit = 1, .fields = {{"body", 10}, {"title", 1}}}).value()),
              ElementsAre("b body"));
  std::vector<std::string> exported;
  docs.export_chunks([&](const ExportedChunk& chunk) {
        exported.push_back(chunk.id + " " + chunk.field + " " + chunk.text);
        return true;
      })
      .value();
  EXPECT_THAT(exported, ElementsAre("a#0 body a ship", "a#1 title the river", "b#0 body the city"));
}

TEST_F(CollectionFieldsTest, FieldsMoveToAnotherModel) {
  fields_indexed();
  const std::string other = engine::write_tiny_model(folders_.folder, "other", 2);
  const MigrateReport report = migrate_collection(file("c"), {.model = other}).value();
  EXPECT_TRUE(report.switched);
  EXPECT_EQ(report.embedded, 6U);
  Collection moved = reopen();
  EXPECT_EQ(moved.get("a")->chunks[2].field, 2U);
  EXPECT_EQ(moved.stats()->fields.size(), 3U);
  EXPECT_EQ(places(moved.search("the river", {.fields = {{"title", 1}}}).value()).front(), "a title");
  EXPECT_EQ(moved.index_paths({file("rows.jsonl")}).value().unchanged, 3U);
}

TEST(FieldWeights, AreReadFromOneText) {
  const auto two = parse_field_weights("title:2.5,body").value();
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two[0].weight, 2.5);
  EXPECT_EQ(two[1].field, "body");
  EXPECT_EQ(two[1].weight, 1);
  for (const char* bad : {"", "title,", ":2", "title:", "title:x", "title:2x"})
    EXPECT_FALSE(parse_field_weights(bad)) << bad;
}

TEST(FieldSources, TakeTheNameWhereNoMemberIsGiven) {
  EXPECT_EQ(parse_field_source("code=source").member, "source");
  EXPECT_EQ(parse_field_source("title").member, "title");
  EXPECT_EQ(parse_field_source("body").member, "text");
}

}  // namespace
}  // namespace vicinal
