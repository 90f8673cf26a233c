// What a store promises to one writer: identity, documents, vectors, search, refusals.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "index/schema.h"
#include "index/sqlite.h"
#include "index/store_for_tests.h"

namespace vicinal::index {
namespace {

constexpr size_t kDimensions = 4;

TEST(Store, ANewStoreIsEmptyAndKnowsItsIdentityAfterReopening) {
  StoreFolder folder;
  {
    ASSERT_TRUE(open_to_write(folder.store(), kDimensions).ok());
  }
  const auto store = open_to_read(folder.store()).value();
  EXPECT_EQ(store->identity().space, "space-one");
  EXPECT_EQ(store->identity().dimensions, kDimensions);
  EXPECT_EQ(store->identity().metric, Metric::cosine);
  const CollectionStats stats = store->stats().value();
  EXPECT_EQ(stats.documents, 0U);
  EXPECT_EQ(stats.precision, "f32");
  EXPECT_EQ(stats.format_version, std::to_string(kFormatVersion));
  const std::vector<float> query = {1, 0, 0, 0};
  EXPECT_TRUE(store->search({query, 10, Metric::cosine, false}).value().empty());
  EXPECT_TRUE(store->list("", 10).value().empty());
}

TEST(Store, WhereNoneIsAReaderAndAWriterWithoutAnIdentityFindNothingAndLeaveNothing) {
  StoreFolder folder;
  EXPECT_EQ(open_to_read(folder.store()).error().code(), Code::not_found);
  Store::OpenOptions options;
  options.access = Store::Access::write;
  EXPECT_EQ(Store::open(folder.store(), options).error().code(), Code::not_found);
  EXPECT_FALSE(std::filesystem::exists(folder.store()));
}

TEST(Store, AFolderWithOtherThingsIsNotTakenOver) {
  StoreFolder folder;
  std::filesystem::create_directories(folder.store() + "/photos");
  EXPECT_EQ(open_to_write(folder.store(), kDimensions).error().code(), Code::invalid_argument);
  EXPECT_FALSE(std::filesystem::exists(folder.store() + "/writer.lock"));
}

TEST(Store, ADocumentIsReadBackWithItsTextChunksAndVectors) {
  StoreFolder folder;
  const TestDocument document = {"notes/ä.md", 1, 3};
  {
    const auto store = open_to_write(folder.store(), kDimensions).value();
    ASSERT_TRUE(upsert(*store, {document, {"empty", 1, 0}}, kDimensions).ok());
    EXPECT_EQ(document_differs(*store, document), "");
    EXPECT_EQ(vector_differs(*store, document, 2, kDimensions), "");
  }
  const auto store = open_to_read(folder.store()).value();
  EXPECT_EQ(document_differs(*store, document), "");
  EXPECT_EQ(document_differs(*store, {"empty", 1, 0}), "");
  EXPECT_EQ(vector_differs(*store, document, 1, kDimensions), "");
  std::vector<float> out(kDimensions);
  EXPECT_FALSE(store->find_vector(base::xxh3_128("never embedded"), out).value());
  EXPECT_EQ(store->get("absent").error().code(), Code::not_found);
}

TEST(Store, AReplacedDocumentLeavesNothingOfTheOldOne) {
  StoreFolder folder;
  const auto store = open_to_write(folder.store(), kDimensions).value();
  ASSERT_TRUE(upsert(*store, {{"a", 1, 5}, {"b", 1, 1}}, kDimensions).ok());
  ASSERT_TRUE(upsert(*store, {{"a", 2, 2}}, kDimensions).ok());
  EXPECT_EQ(document_differs(*store, {"a", 2, 2}), "");
  EXPECT_EQ(store->stats()->chunks, 3U);
  EXPECT_EQ(store->stats()->vectors_in_tail, 3U);
  std::vector<float> out(kDimensions);
  EXPECT_FALSE(store->find_vector(test_hash({"a", 1, 5}, 0), out).value());
  EXPECT_EQ(store->search({out, 10, Metric::dot, false})->size(), 3U);
}

TEST(Store, OfTwoDocumentsWithOneIdInOneCallTheLaterStays) {
  StoreFolder folder;
  const auto store = open_to_write(folder.store(), kDimensions).value();
  ASSERT_TRUE(upsert(*store, {{"a", 1, 2}, {"a", 2, 3}}, kDimensions).ok());
  EXPECT_EQ(document_differs(*store, {"a", 2, 3}), "");
  EXPECT_EQ(store->stats()->documents, 1U);
}

TEST(Store, RemoveCountsWhatWasThere) {
  StoreFolder folder;
  const auto store = open_to_write(folder.store(), kDimensions).value();
  ASSERT_TRUE(upsert(*store, {{"a", 1, 2}, {"b", 1, 1}}, kDimensions).ok());
  const std::vector<std::string> ids = {"a", "absent", "a"};
  EXPECT_EQ(store->remove(ids).value(), 1U);
  EXPECT_EQ(store->get("a").error().code(), Code::not_found);
  EXPECT_EQ(store->stats()->chunks, 1U);
}

TEST(Store, ListGoesThroughAllIdsBytewise) {
  StoreFolder folder;
  const auto store = open_to_write(folder.store(), kDimensions).value();
  const std::string with_nul("a\0z", 3);
  ASSERT_TRUE(upsert(*store, {{"é", 1, 0}, {"b", 1, 0}, {with_nul, 1, 0}, {"a", 1, 0}, {"B", 1, 0}}, kDimensions).ok());
  EXPECT_EQ(store->list("", 3).value(), (std::vector<std::string>{"B", "a", with_nul}));
  EXPECT_EQ(store->list(with_nul, 3).value(), (std::vector<std::string>{"b", "é"}));
  EXPECT_TRUE(store->list("é", 3)->empty());
}

TEST(Store, SourcesAreListedByRootAndRestamped) {
  StoreFolder folder;
  const auto store = open_to_write(folder.store(), kDimensions).value();
  ASSERT_TRUE(upsert(*store, {{"a", 1, 0}, {"b", 2, 0}, {"c", 4, 0}, {"d", 3, 0}}, kDimensions).ok());
  EXPECT_EQ(store->sources("/root/1")->size(), 2U);
  EXPECT_EQ(store->sources("/root/2")->size(), 1U);
  EXPECT_TRUE(store->sources("/elsewhere")->empty());
  EXPECT_TRUE(store->sources("")->empty());
  SourceState state = store->source("b").value().value();
  EXPECT_EQ(state.content_hash, base::xxh3_128(test_text({"b", 2, 0}, 0, 0)));
  state.stamp = {5, 6, 7, -8};
  const std::vector<SourceState> states = {state};
  ASSERT_TRUE(store->restamp(states).ok());
  EXPECT_EQ(store->source("b").value()->stamp, (base::FileStamp{5, 6, 7, -8}));
  EXPECT_EQ(document_differs(*store, {"b", 2, 0}), "");
  EXPECT_FALSE(store->source("absent").value().has_value());
}

TEST(Store, ARecipeCanBeChangedAndIsKept) {
  StoreFolder folder;
  {
    const auto store = open_to_write(folder.store(), kDimensions).value();
    ASSERT_TRUE(store->set_recipe(R"({"chunker":2})", "none").ok());
    EXPECT_EQ(store->identity().chunking, "none");
  }
  EXPECT_EQ(open_to_read(folder.store()).value()->identity().recipe_json, R"({"chunker":2})");
}

TEST(Store, ExportGivesEveryChunkInIdOrderAndStopsWhenAsked) {
  StoreFolder folder;
  const auto store = open_to_write(folder.store(), kDimensions).value();
  ASSERT_TRUE(upsert(*store, {{"b", 1, 2}, {"a", 1, 1}, {"c", 1, 3}}, kDimensions).ok());
  std::vector<std::string> ids;
  ASSERT_TRUE(store
                  ->each_chunk([&](const ExportedChunk& chunk) {
                    ids.push_back(chunk.id);
                    EXPECT_EQ(store->get(chunk.document)->id, chunk.document);  // asking in between is allowed
                    const size_t ordinal = chunk.id.ends_with("#1") ? 1 : 0;
                    EXPECT_EQ(chunk.embedding, test_vector({chunk.document, 1, 0}, ordinal, kDimensions));
                    return ids.size() < 4;
                  })
                  .ok());
  EXPECT_EQ(ids, (std::vector<std::string>{"a#0", "b#0", "b#1", "c#0"}));
}

TEST(Store, BadInputIsRefusedAndChangesNothing) {
  StoreFolder folder;
  const auto store = open_to_write(folder.store(), kDimensions).value();
  ASSERT_TRUE(upsert(*store, {{"a", 1, 1}}, kDimensions).ok());
  const auto refused = [&](DocumentWrite write, std::vector<float> values, size_t width) {
    const std::vector<DocumentWrite> writes = {std::move(write)};
    const auto result = store->upsert(writes, {values.data(), values.size() / width, width, width});
    return !result.ok() && result.error().code() == Code::invalid_argument;
  };
  const DocumentWrite good = test_write({"b", 1, 1});
  const std::vector<float> vector(kDimensions, 1);
  DocumentWrite bad = good;
  bad.id = "";
  EXPECT_TRUE(refused(bad, vector, kDimensions));
  bad.id = std::string(513, 'x');
  EXPECT_TRUE(refused(bad, vector, kDimensions));
  bad.id = "\xC3(";
  EXPECT_TRUE(refused(bad, vector, kDimensions));
  bad = good;
  bad.chunks[0].byte_end = good.text.size() + 1;
  EXPECT_TRUE(refused(bad, vector, kDimensions));
  bad = good;
  bad.embed_hashes.clear();
  EXPECT_TRUE(refused(bad, vector, kDimensions));
  bad = good;
  bad.metadata = "[1]";
  EXPECT_TRUE(refused(bad, vector, kDimensions));
  EXPECT_TRUE(refused(good, vector, 2));
  EXPECT_TRUE(refused(good, {}, kDimensions));
  for (float value : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()})
    EXPECT_TRUE(refused(good, {0, value, 0, 0}, kDimensions));
  const std::vector<float> short_query = {1, 2};
  EXPECT_EQ(store->search({short_query, 3, Metric::dot, false}).error().code(), Code::invalid_argument);
  EXPECT_EQ(store->list("", 10)->size(), 1U);
  EXPECT_TRUE(upsert(*store, {{"b", 1, 1}}, kDimensions).ok());
}

TEST(Store, AReaderMayNotWrite) {
  StoreFolder folder;
  {
    ASSERT_TRUE(open_to_write(folder.store(), kDimensions).ok());
  }
  const auto store = open_to_read(folder.store()).value();
  EXPECT_EQ(upsert(*store, {{"a", 1, 1}}, kDimensions).error().code(), Code::invalid_argument);
  EXPECT_EQ(store->maintain({}).error().code(), Code::invalid_argument);
}

TEST(Store, AnotherSpaceIsRefusedWithBoth) {
  StoreFolder folder;
  {
    ASSERT_TRUE(open_to_write(folder.store(), kDimensions).ok());
  }
  Store::OpenOptions options;
  options.expect_space = "space-two";
  const auto store = Store::open(folder.store(), options);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code(), Code::space_mismatch);
  const std::string what = store.error().what();
  EXPECT_NE(what.find("stored=space-one"), std::string::npos) << what;
  EXPECT_NE(what.find("given=space-two"), std::string::npos) << what;
  EXPECT_NE(what.find("model=test-model"), std::string::npos) << what;
  options.expect_space = "space-one";
  EXPECT_TRUE(Store::open(folder.store(), options).ok());
}

TEST(Store, AStoreOfANewerVersionIsRefused) {
  StoreFolder folder;
  {
    ASSERT_TRUE(open_to_write(folder.store(), kDimensions).ok());
  }
  {
    Database database = Database::open(folder.store() + "/collection.db", Database::Mode::write).value();
    ASSERT_TRUE(database.execute("PRAGMA user_version = 1000").ok());
  }
  for (const auto& store : {open_to_read(folder.store()), open_to_write(folder.store(), kDimensions)}) {
    ASSERT_FALSE(store.ok());
    EXPECT_EQ(store.error().code(), Code::unsupported);
    EXPECT_NE(store.error().message().find("newer"), std::string::npos);
  }
}

TEST(Store, ADatabaseWithForeignTablesIsRefused) {
  StoreFolder folder;
  {
    ASSERT_TRUE(open_to_write(folder.store(), kDimensions).ok());
  }
  {
    Database database = Database::open(folder.store() + "/collection.db", Database::Mode::write).value();
    ASSERT_TRUE(database.execute("CREATE VIEW extra AS SELECT 1").ok());
  }
  EXPECT_EQ(open_to_read(folder.store()).error().code(), Code::corrupt);
}

TEST(Store, ZeroHugeAndTinyVectorsAreFoundWithFiniteScores) {
  StoreFolder folder;
  const auto store = open_to_write(folder.store(), 2).value();
  std::vector<DocumentWrite> writes;
  std::vector<float> vectors = {0, 0, 3e30F, 4e30F, 3e-30F, 4e-30F, -4, 3};
  for (const char* id : {"zero", "huge", "tiny", "plain"}) writes.push_back(test_write({id, 1, 1}));
  ASSERT_TRUE(store->upsert(writes, {vectors.data(), 4, 2, 2}).ok());
  const std::vector<float> query = {3, 4};
  const auto hits = store->search({query, 10, Metric::cosine, false}).value();
  ASSERT_EQ(hits.size(), 4U);
  EXPECT_EQ(hits[0].document, "huge");
  EXPECT_NEAR(hits[0].score, 1, 1e-6);
  EXPECT_EQ(hits[1].document, "tiny");
  EXPECT_NEAR(hits[1].score, 1, 1e-6);
  EXPECT_EQ(hits[2].document, "plain");
  EXPECT_EQ(hits[3].document, "zero");
  for (Metric metric : {Metric::dot, Metric::l2, Metric::l1}) {
    const auto others = store->search({std::span(vectors).subspan(2, 2), 10, metric, false}).value();
    for (const StoreHit& hit : others) EXPECT_TRUE(std::isfinite(hit.score));
  }
}

TEST(Store, ThousandsOfTiesAreCutByDocumentIdAndOrdinal) {
  StoreFolder folder;
  const auto store = open_to_write(folder.store(), 2).value();
  std::vector<DocumentWrite> writes;
  for (int i = 0; i < 1500; ++i) writes.push_back(test_write({"doc-" + std::to_string(7919 * i % 1500), 1, 2}));
  const std::vector<float> vectors(1500 * 2 * 2, 1);
  ASSERT_TRUE(store->upsert(writes, {vectors.data(), 3000, 2, 2}).ok());
  const std::vector<float> query = {1, 1};
  const auto hits = store->search({query, 3, Metric::dot, false}).value();
  ASSERT_EQ(hits.size(), 3U);
  EXPECT_EQ(hits[0].document, "doc-0");
  EXPECT_EQ(hits[1].ordinal, 1U);
  EXPECT_EQ(hits[2].document, "doc-1");
  EXPECT_EQ(store->search({query, 9999, Metric::dot, true})->size(), 1500U);
}

}  // namespace
}  // namespace vicinal::index
