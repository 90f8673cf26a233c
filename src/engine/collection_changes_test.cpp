// Changes of what is stored already, random samples, and grouped hits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "base/json.h"
#include "engine/metadata_update.h"
#include "index/store.h"
#include "vicinal/collection.h"
#include "vicinal/doctor.h"

#include "base/temporary_folder_for_tests.h"

namespace vicinal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string merged(const char* target, const char* patch) {
  return engine::merge_patch(base::Json::parse(target).value(), base::Json::parse(patch).value()).dump();
}

// The examples of RFC 7386, appendix A, whose target is an object.
TEST(MergePatch, IsThatOfTheStandard) {
  EXPECT_EQ(merged(R"({"a":"b"})", R"({"a":"c"})"), R"({"a":"c"})");
  EXPECT_EQ(merged(R"({"a":"b"})", R"({"b":"c"})"), R"({"a":"b","b":"c"})");
  EXPECT_EQ(merged(R"({"a":"b"})", R"({"a":null})"), "{}");
  EXPECT_EQ(merged(R"({"a":"b","b":"c"})", R"({"a":null})"), R"({"b":"c"})");
  EXPECT_EQ(merged(R"({"a":["b"]})", R"({"a":"c"})"), R"({"a":"c"})");
  EXPECT_EQ(merged(R"({"a":"c"})", R"({"a":["b"]})"), R"({"a":["b"]})");
  EXPECT_EQ(merged(R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})"), R"({"a":{"b":"d"}})");
  EXPECT_EQ(merged(R"({"a":[{"b":"c"}]})", R"({"a":[1]})"), R"({"a":[1]})");
  EXPECT_EQ(merged(R"({"e":null})", R"({"a":1})"), R"({"e":null,"a":1})");
  EXPECT_EQ(merged("{}", R"({"a":{"bb":{"ccc":null}}})"), R"({"a":{"bb":{}}})");
  EXPECT_EQ(merged("[1,2]", R"({"a":"b","c":null})"), R"({"a":"b"})");
}

/// Ready vectors: nothing is embedded.
class CollectionChanges : public ::testing::Test {
 protected:
  Collection open() {
    return Collection::open(folder_.file("c"), {.create = true, .space = "test", .dimensions = 4}).value();
  }
  static VectorRow row(const std::string& id, const std::string& metadata, std::vector<float> vector = {1, 0, 0, 0}) {
    return {.id = id, .text = "text of " + id, .title = "", .metadata = metadata, .vector = std::move(vector)};
  }
  void add(std::vector<VectorRow> rows) {
    open().add_vectors([&] { return std::exchange(rows, {}); }).value();
  }
  void expect_whole() { EXPECT_EQ(verify_collection(folder_.file("c")).value().damages, 0U); }

  base::TemporaryFolder folder_;
};

TEST_F(CollectionChanges, UpdatedMetadataIsSeenByTheNextFilterAndNothingElseChanges) {
  add({row("a", R"({"year":2019,"tags":["x"]})"), row("b", R"({"year":2021})"), row("c", "")});
  Collection docs = open();
  const CollectionStats before = docs.stats().value();
  EXPECT_THAT(docs.list("", 10, "status = final").value(), IsEmpty());
  const MetadataUpdate update{.patch = R"({"status":"final","tags":null})"};
  const UpdateReport report = docs.update_metadata({"a", "c", "nobody", "a"}, update).value();
  EXPECT_EQ(report.matched, 2U);
  EXPECT_EQ(report.updated, 2U);
  EXPECT_THAT(docs.list("", 10, "status = final").value(), ElementsAre("a", "c"));
  EXPECT_EQ(docs.get("a").value().metadata, R"({"year":2019,"status":"final"})");
  EXPECT_EQ(docs.get("a").value().text, "text of a");
  EXPECT_EQ(docs.search_vector(std::vector<float>{1, 0, 0, 0}, {.where = "status = final"}).value().hits.size(), 2U);
  EXPECT_EQ(docs.update_metadata({"a", "c"}, update).value().updated, 0U);  // is so already
  const CollectionStats after = docs.stats().value();
  EXPECT_EQ(after.chunks, before.chunks);
  EXPECT_EQ(after.vectors_in_tail, before.vectors_in_tail);
  expect_whole();
}

TEST_F(CollectionChanges, AFilterSelectsWhatIsUpdatedAndADryRunOnlyCounts) {
  add({row("a", R"({"year":2019})"), row("b", R"({"year":2021})"), row("c", R"({"year":2022,"old":false})")});
  Collection docs = open();
  MetadataUpdate update{.patch = R"({"old":false})", .replace = false, .dry_run = true};
  const UpdateReport counted = docs.update_metadata_where("year > 2020", update).value();
  EXPECT_EQ(counted.matched, 2U);
  EXPECT_EQ(counted.updated, 1U);
  EXPECT_EQ(docs.get("b").value().metadata, R"({"year":2021})");
  update.dry_run = false;
  EXPECT_EQ(docs.update_metadata_where("year > 2020", update).value().updated, 1U);
  EXPECT_EQ(docs.count("old = false").value().documents, 2U);
  EXPECT_EQ(docs.update_metadata_where("", {.patch = R"({"all":[1,2]})", .replace = true}).value().updated, 3U);
  EXPECT_EQ(docs.get("c").value().metadata, R"({"all":[1,2]})");
  expect_whole();
}

TEST_F(CollectionChanges, APatchThatIsNoObjectIsRefused) {
  add({row("a", "{}")});
  for (const char* patch : {"", "[1]", "null", "3", "{"})
    EXPECT_EQ(open().update_metadata({"a"}, {.patch = patch}).error().code(), Code::invalid_argument) << patch;
  EXPECT_EQ(open().get("a").value().metadata, "{}");
}

TEST_F(CollectionChanges, WhatAFilterHoldsForIsRemovedUnderTheLock) {
  add({row("a", R"({"year":2019})"), row("b", R"({"year":2021})"), row("c", R"({"year":2022})")});
  Collection docs = open();
  EXPECT_EQ(docs.remove_where("year > 2020").value(), 2U);
  EXPECT_THAT(docs.list().value(), ElementsAre("a"));
  for (const char* all : {"", "  ", "{}"})
    EXPECT_EQ(docs.remove_where(all).error().code(), Code::invalid_argument) << all;
  // A document that another writer adds while the removal waits is found by it: the filter is asked under the lock.
  auto holder = index::Store::open(folder_.file("c"), {.access = index::Store::Access::write}).value();
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    const index::DocumentWrite late{.id = "late", .metadata = R"({"year":2030})"};
    holder->upsert(std::span(&late, 1), {}).value();
    holder.reset();
  });
  EXPECT_EQ(docs.remove_where("year = 2030").value(), 1U);
  expect_whole();
}

TEST_F(CollectionChanges, ASampleIsFairAndTheSameForASeed) {
  std::vector<VectorRow> rows;
  for (int i = 0; i < 40; ++i) rows.push_back(row("d" + std::to_string(i), i % 2 ? R"({"odd":true})" : "{}"));
  add(rows);
  Collection docs = open();
  const auto drawn = docs.sample(10, 7).value();
  EXPECT_EQ(drawn.size(), 10U);
  EXPECT_TRUE(std::ranges::is_sorted(drawn));
  EXPECT_EQ(std::set<std::string>(drawn.begin(), drawn.end()).size(), 10U);
  EXPECT_EQ(docs.sample(10, 7).value(), drawn);
  EXPECT_NE(docs.sample(10, 8).value(), drawn);
  EXPECT_EQ(docs.sample(100, 1).value().size(), 40U);
  EXPECT_THAT(docs.sample(0, 1).value(), IsEmpty());
  for (const std::string& id : docs.sample(15, 3, "odd = true").value())
    EXPECT_EQ(std::stoi(id.substr(1)) % 2, 1) << id;
  std::map<std::string, int> times;
  for (uint64_t seed = 0; seed < 400; ++seed)
    for (const std::string& id : docs.sample(10, seed).value()) ++times[id];
  // Each is drawn 100 times of 400, give or take 8.7; five such steps hold for all but one seed set in 40,000.
  for (const auto& [id, count] : times) EXPECT_NEAR(count, 100, 44) << id;
  EXPECT_EQ(times.size(), 40U);
}

/// Documents of several passages with given vectors.
class GroupedSearch : public CollectionChanges {
 protected:
  void store(const std::string& id, const std::vector<std::vector<float>>& vectors) {
    auto writer = index::Store::open(folder_.file("c"), {.access = index::Store::Access::write}).value();
    index::DocumentWrite document{.id = id, .text = std::string(vectors.size(), 'x')};
    std::vector<float> rows;
    for (size_t i = 0; i < vectors.size(); ++i) {
      document.chunks.push_back({.byte_start = i, .byte_end = i + 1, .line_start = 1, .line_end = 1, .tokens = 1});
      document.embed_hashes.push_back(base::xxh3_128(id + std::to_string(i)));
      rows.insert(rows.end(), vectors[i].begin(), vectors[i].end());
    }
    writer->upsert(std::span(&document, 1), {rows.data(), vectors.size(), 4, 4}).value();
  }
};

TEST_F(GroupedSearch, HasWhatGroupingTheFullRankingWouldLeave) {
  std::mt19937 random(5);
  Collection docs = open();
  std::normal_distribution<float> normal;
  for (int d = 0; d < 25; ++d) {
    std::vector<std::vector<float>> vectors(1 + random() % 60, std::vector<float>(4));
    for (auto& vector : vectors)
      for (float& x : vector) x = std::round(normal(random));  // coarse: many ties
    store("d" + std::to_string(d), vectors);
  }
  const std::vector<float> query = {1, 1, 0, -1};
  const auto full = docs.search_vector(query, {.limit = 100000}).value().hits;
  for (const size_t group : {1, 2, 3, 100}) {
    for (const size_t limit : {1, 5, 20, 1000}) {
      std::map<std::string, size_t> taken;
      std::vector<std::string> expected;
      for (const Hit& hit : full)
        if (expected.size() < limit && taken[hit.document]++ < group) expected.push_back(hit.id);
      std::vector<std::string> found;
      for (const Hit& hit : docs.search_vector(query, {.limit = limit, .per_document = group}).value().hits)
        found.push_back(hit.id);
      EXPECT_EQ(found, expected) << group << " " << limit;
    }
  }
}

}  // namespace
}  // namespace vicinal
