#include "vicinal/vector_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <fstream>
#include <map>
#include <random>
#include <tuple>

#include "base/file.h"
#include "base/temporary_folder_for_tests.h"

namespace vicinal {
namespace {

using Ids = std::vector<uint64_t>;
using Floats = std::vector<float>;
using Bytes = std::vector<uint8_t>;

constexpr Metric kFloatMetrics[] = {Metric::cosine, Metric::dot, Metric::l2, Metric::l1};

/// The index and, beside it, what it must hold: answers are those of comparing everything with `similarity`.
struct Twin {
  VectorIndex index;
  std::map<uint64_t, Floats> rows;

  void add(const Ids& ids, const std::vector<Floats>& vectors) {
    Floats joined;
    for (size_t i = 0; i < ids.size(); ++i) {
      joined.insert(joined.end(), vectors[i].begin(), vectors[i].end());
      rows[ids[i]] = vectors[i];
    }
    index.add(ids, joined).value();
  }
  void remove(const Ids& ids) {
    size_t there = 0;
    for (const uint64_t id : ids) there += rows.erase(id);
    EXPECT_EQ(index.remove(ids).value(), there);
  }
  std::vector<Neighbour> expected(const Floats& query, size_t limit,
                                  const std::function<bool(uint64_t)>& accept = {}) const {
    const Metric metric = index.options().metric;
    std::vector<Neighbour> all;
    for (const auto& [id, row] : rows)
      if (!accept || accept(id)) all.push_back({id, score_from_metric(similarity(query, row, metric).value(), metric)});
    std::ranges::sort(
        all, [](const Neighbour& a, const Neighbour& b) { return std::tie(b.score, a.id) < std::tie(a.score, b.id); });
    all.resize(std::min(limit, all.size()));
    return all;
  }
};

class VectorIndexTest : public testing::Test {
 protected:
  Floats vector(size_t dimensions) {
    std::normal_distribution<float> normal;
    Floats out(dimensions);
    for (float& x : out) x = normal(random_);
    return out;
  }
  std::vector<Floats> vectors(size_t count, size_t dimensions) {
    std::vector<Floats> out;
    for (size_t i = 0; i < count; ++i) out.push_back(vector(dimensions));
    return out;
  }
  Ids ids(size_t count, uint64_t below) {
    Ids out(count);
    for (uint64_t& id : out) id = random_() % below;
    return out;
  }

  std::mt19937_64 random_{7};
  base::TemporaryFolder folder_;
};

Twin twin_of(size_t dimensions, Metric metric) {
  return {VectorIndex::make({.dimensions = dimensions, .metric = metric}).value(), {}};
}

TEST_F(VectorIndexTest, AnswersAreThoseOfComparingEverything) {
  for (const Metric metric : kFloatMetrics) {
    for (const size_t dimensions : {3, 64, 100}) {
      Twin twin = twin_of(dimensions, metric);
      for (int round = 0; round < 30; ++round) {
        const Ids some = ids(random_() % 150 + 1, 2500);
        twin.add(some, vectors(some.size(), dimensions));
        if (round % 3 == 0) twin.remove(ids(100, 2500));
      }
      ASSERT_EQ(twin.index.size(), twin.rows.size());
      const Floats query = vector(dimensions);
      for (const size_t limit : {1, 10, 5000})
        EXPECT_EQ(twin.index.search(query, {.limit = limit}).value(), twin.expected(query, limit))
            << metric_name(metric) << " " << dimensions << " " << limit;
    }
  }
}

TEST_F(VectorIndexTest, WhatWasSavedAnswersTheSameAndCanBeChanged) {
  for (const Metric metric : kFloatMetrics) {
    Twin twin = twin_of(96, metric);
    const Ids some = ids(4000, 1U << 20);
    twin.add(some, vectors(some.size(), 96));
    const std::string path = folder_.path() + "/saved.vix";
    twin.index.save(path).value();
    twin.index = VectorIndex::load(path).value();
    EXPECT_EQ(twin.index.options().metric, metric);
    const Floats query = vector(96);
    EXPECT_EQ(twin.index.search(query).value(), twin.expected(query, 10));
    twin.add({some[0], 1U << 21}, vectors(2, 96));
    twin.remove({some[1], some[2]});
    EXPECT_EQ(twin.index.search(query, {.limit = 5000}).value(), twin.expected(query, 5000));
    twin.index.save(path).value();  // in place of the file that is mapped
    EXPECT_EQ(twin.index.search(query).value(), twin.expected(query, 10));
    twin.index = VectorIndex::load(path).value();
    EXPECT_EQ(twin.index.search(query).value(), twin.expected(query, 10));
  }
}

TEST_F(VectorIndexTest, OnlyAllowedIdsAreFound) {
  Twin twin = twin_of(64, Metric::cosine);
  const Ids some = ids(3000, 4000);
  twin.add(some, vectors(some.size(), 64));
  const Floats query = vector(64);
  const auto even = [](uint64_t id) { return id % 2 == 0; };
  EXPECT_EQ(twin.index.search(query, {.limit = 20, .accept = even}).value(), twin.expected(query, 20, even));
  const Ids few = {some[0], some[1], some[2], 9999};
  const auto is_few = [&](uint64_t id) { return std::ranges::find(few, id) != few.end(); };
  EXPECT_EQ(twin.index.search(query, {.limit = 20, .allowed = few}).value(), twin.expected(query, 20, is_few));
  const auto both = [&](uint64_t id) { return is_few(id) && even(id); };
  EXPECT_EQ(twin.index.search(query, {.limit = 20, .allowed = few, .accept = even}).value(),
            twin.expected(query, 20, both));
  EXPECT_THAT(twin.index.search(query, {.allowed = Ids{}}).value(), testing::IsEmpty());
}

TEST_F(VectorIndexTest, ManyQueriesAnswerAsEachAlone) {
  Twin twin = twin_of(64, Metric::l2);
  const Ids some = ids(3000, 9000);
  twin.add(some, vectors(some.size(), 64));
  Floats joined;
  const std::vector<Floats> queries = vectors(19, 64);
  for (const Floats& query : queries) joined.insert(joined.end(), query.begin(), query.end());
  const auto found = twin.index.search_many(joined, {.limit = 7}).value();
  ASSERT_EQ(found.size(), queries.size());
  for (size_t i = 0; i < queries.size(); ++i) EXPECT_EQ(found[i], twin.expected(queries[i], 7));
}

TEST_F(VectorIndexTest, BitsAreComparedByTheirHammingDistance) {
  for (const size_t bits : {8, 24, 1024}) {
    auto index = VectorIndex::make({.dimensions = bits, .kind = VectorKind::bits}).value();
    const size_t each = bits / 8;
    std::map<uint64_t, Bytes> rows;
    for (uint64_t id = 0; id < 500; ++id) {
      Bytes row(each);
      for (uint8_t& byte : row) byte = static_cast<uint8_t>(random_());
      index.add_bits(Ids{id * 3}, row).value();
      rows[id * 3] = row;
    }
    const Bytes query = rows.at(30);
    std::vector<Neighbour> expected;
    for (const auto& [id, row] : rows) {
      int distance = 0;
      for (size_t i = 0; i < each; ++i) distance += std::popcount(static_cast<uint8_t>(row[i] ^ query[i]));
      expected.push_back({id, 0.0F - static_cast<float>(distance)});
    }
    std::ranges::sort(expected, [](const Neighbour& a, const Neighbour& b) {
      return std::tie(b.score, a.id) < std::tie(a.score, b.id);
    });
    expected.resize(20);
    EXPECT_EQ(index.search_bits(query, {.limit = 20}).value(), expected) << bits;
    const std::string path = folder_.path() + "/bits.vix";
    index.save(path).value();
    EXPECT_EQ(VectorIndex::load(path).value().search_bits(query, {.limit = 20}).value(), expected) << bits;
  }
}

TEST_F(VectorIndexTest, OfEqualIdsTheLastRowCounts) {
  auto index = VectorIndex::make({.dimensions = 2, .metric = Metric::dot}).value();
  index.add(Ids{5, 5, 6}, Floats{1, 0, 2, 0, 1, 1}).value();
  EXPECT_EQ(index.size(), 2U);
  EXPECT_EQ(index.search(Floats{1, 0}, {.limit = 1}).value(), (std::vector<Neighbour>{{5, 2}}));
  index.add(Ids{5}, Floats{0, 0}).value();
  EXPECT_EQ(index.search(Floats{1, 0}, {.limit = 1}).value(), (std::vector<Neighbour>{{6, 1}}));
  EXPECT_EQ(index.remove(Ids{5, 6, 7}).value(), 2U);
  EXPECT_THAT(index.search(Floats{1, 0}).value(), testing::IsEmpty());
}

TEST_F(VectorIndexTest, AnEmptyIndexIsSavedAndLoaded) {
  auto index = VectorIndex::make({.dimensions = 4}).value();
  EXPECT_THAT(index.search(Floats{1, 0, 0, 0}).value(), testing::IsEmpty());
  index.save(folder_.path() + "/empty.vix").value();
  EXPECT_EQ(VectorIndex::load(folder_.path() + "/empty.vix").value().size(), 0U);
}

TEST_F(VectorIndexTest, WrongUseIsRefusedAndChangesNothing) {
  auto index = VectorIndex::make({.dimensions = 2}).value();
  const auto refused = [](const auto& result) {
    return !result.ok() && result.error().code() == Code::invalid_argument;
  };
  EXPECT_TRUE(refused(VectorIndex::make({.dimensions = 0})));
  EXPECT_TRUE(refused(VectorIndex::make({.dimensions = 65537})));
  EXPECT_TRUE(refused(VectorIndex::make({.dimensions = 12, .kind = VectorKind::bits})));
  EXPECT_TRUE(refused(index.add(Ids{1, 2}, Floats{1, 2, 3})));
  EXPECT_TRUE(refused(index.add(Ids{1}, Floats{1, std::numeric_limits<float>::quiet_NaN()})));
  EXPECT_TRUE(refused(index.add_bits(Ids{1}, Bytes{1})));
  EXPECT_TRUE(refused(index.search(Floats{1})));
  EXPECT_TRUE(refused(index.search(Floats{1, 2}, {.limit = 0})));
  EXPECT_TRUE(refused(index.search_bits(Bytes{1})));
  EXPECT_EQ(index.size(), 0U);
  EXPECT_EQ(VectorIndex::load(folder_.path() + "/none.vix").error().code(), Code::not_found);
}

TEST_F(VectorIndexTest, AFlippedByteIsAnErrorOrChangesNoAnswer) {
  Twin twin = twin_of(64, Metric::cosine);
  twin.add({1, 2, 3}, vectors(3, 64));
  const std::string path = folder_.path() + "/flipped.vix";
  twin.index.save(path).value();
  const std::string whole = base::read_file(path).value();
  const Floats query = vector(64);
  const auto expected = twin.expected(query, 3);
  size_t refused = 0;
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x41);
    std::ofstream(path, std::ios::binary) << damaged;
    auto index = VectorIndex::load(path);
    const auto found = index ? index->search(query, {.limit = 3}) : Result<std::vector<Neighbour>>(index.error());
    if (found) {
      EXPECT_EQ(*found, expected) << "byte " << i;
    } else {
      EXPECT_EQ(found.error().code(), Code::corrupt) << found.error().what();
      ++refused;
    }
  }
  EXPECT_GT(refused, whole.size() / 2);
}

TEST_F(VectorIndexTest, ACutFileIsRefused) {
  Twin twin = twin_of(8, Metric::l2);
  twin.add({1, 2, 3}, vectors(3, 8));
  const std::string path = folder_.path() + "/cut.vix";
  twin.index.save(path).value();
  const std::string whole = base::read_file(path).value();
  for (size_t bytes = 0; bytes < whole.size(); bytes += 7) {
    std::ofstream(path, std::ios::binary) << whole.substr(0, bytes);
    EXPECT_EQ(VectorIndex::load(path).error().code(), Code::corrupt) << bytes;
  }
}

}  // namespace
}  // namespace vicinal
