#include "engine/ranking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <utility>

#include "base/temporary_folder_for_tests.h"
#include "engine/noise.h"

namespace vicinal::engine {
namespace {

using ::testing::ElementsAre;

constexpr size_t kLength = 8;

std::vector<float> direction(unsigned seed) {
  std::mt19937 random(seed);
  std::vector<float> vector(kLength);
  for (float& value : vector) value = static_cast<float>(random() % 2001) / 1000 - 1;
  return vector;
}

/// Three hundred documents with one rare word each, a common one, and a direction of their own.
class Plans : public ::testing::Test {
 protected:
  void SetUp() override {
    std::vector<VectorRow> rows;
    for (unsigned i = 0; i < 300; ++i)
      rows.push_back({.id = "d" + std::to_string(1000 + i),
                      .text = "common w" + std::to_string(i) + "x",
                      .title = "",
                      .metadata = R"({"n":)" + std::to_string(i) + "}",
                      .vector = direction(i)});
    Collection::open(folder_.file("c"), {.create = true, .space = "test", .dimensions = kLength})
        .value()
        .add_vectors([&] { return std::exchange(rows, {}); })
        .value();
    store_ = index::Store::open(folder_.file("c"), {}).value();
  }

  Ranking search(std::string_view text, const std::vector<float>& vector, const std::string& plan_json) {
    const retrieve::SearchPlan plan = retrieve::parse_plan(plan_json).value();
    const filter::Condition where = filter::parse_filter(plan.filter).value();
    DocumentCache documents(*store_);
    return rank(*store_, {text, vector, plan, where, Metric::cosine, noise_floor_of(*store_)}, documents).value();
  }
  static std::vector<std::string> ids(const Ranking& ranking) {
    std::vector<std::string> ids;
    for (const RankedPassage& passage : ranking.passages) ids.push_back(passage.document);
    return ids;
  }

  base::TemporaryFolder folder_;
  std::unique_ptr<index::Store> store_;
};

constexpr const char* kDense = R"({"arms":[{"kind":"dense"}],"limit":5})";
constexpr const char* kLexical = R"({"arms":[{"kind":"lexical"}],"limit":5})";

TEST_F(Plans, EndsOfAlphaAreTheArmsThemselves) {
  const auto dense = search("+w7x", direction(40), kDense);
  EXPECT_EQ(dense.passages.front().document, "d1040");
  EXPECT_EQ(ids(search("common w7x", direction(40), R"({"fuse":{"alpha":1},"limit":5})")), ids(dense));
  const auto lexical = search("common w7x", {}, kLexical);
  EXPECT_EQ(lexical.passages.front().document, "d1007");
  EXPECT_EQ(ids(search("common w7x", direction(40), R"({"fuse":{"alpha":0},"limit":5})")), ids(lexical));
}

TEST_F(Plans, BothArmsScoreWhatEitherFinds) {
  // d1007 is found by its word and lies anywhere in meaning; it is scored there all the same.
  const auto ranking = search("+w7x", direction(40), R"({"fuse":{"alpha":0.5},"limit":5})");
  std::map<std::string, const RankedPassage*> by_id;
  for (const RankedPassage& passage : ranking.passages) by_id[passage.document] = &passage;
  ASSERT_TRUE(by_id.contains("d1007"));
  ASSERT_TRUE(by_id.contains("d1040"));
  const std::vector<float> a = direction(40), b = direction(7);
  double dot = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < kLength; ++i) dot += a[i] * b[i], aa += a[i] * a[i], bb += b[i] * b[i];
  EXPECT_EQ(by_id["d1007"]->arms[0].name, "dense");
  EXPECT_NEAR(by_id["d1007"]->arms[0].score, dot / std::sqrt(aa * bb), 1e-5);
  EXPECT_EQ(by_id["d1007"]->arms[1].rank, 1u);
  EXPECT_EQ(by_id["d1040"]->arms[1].score, 0);
  EXPECT_EQ(by_id["d1040"]->arms[1].rank, 0u);
}

TEST_F(Plans, AFilterHoldsForBothArms) {
  const auto ranking = search("common w7x", direction(40), R"({"filter":"n >= 290","limit":50})");
  EXPECT_EQ(ranking.passages.size(), 10u);
  for (const RankedPassage& passage : ranking.passages) EXPECT_GE(passage.document, "d1290");
}

TEST_F(Plans, LexicalSearchNeedsNoVectorAndFindsOnlyWhatMatches) {
  EXPECT_THAT(ids(search("+w7x", {}, kLexical)), ElementsAre("d1007"));
  EXPECT_TRUE(search("nothing", {}, kLexical).passages.empty());
}

TEST_F(Plans, CandidatesOfAnArmAreKept) {
  const auto few = search("common", {}, R"({"arms":[{"kind":"lexical","candidates":3}]})");
  EXPECT_EQ(few.passages.size(), 3u);
  EXPECT_EQ(search("common", {}, R"({"arms":[{"kind":"lexical"}],"limit":250})").passages.size(), 250u);
}

TEST_F(Plans, FoldingAsksForMoreUntilThereAreNone) {
  const auto ranking = search("common", direction(40), R"({"fold_duplicates":{"threshold":0.001},"limit":100})");
  size_t seen = ranking.passages.size();
  for (const RankedPassage& passage : ranking.passages) seen += passage.folded.size();
  EXPECT_EQ(seen, 300u);
  EXPECT_LT(ranking.passages.size(), 100u);
}

TEST_F(Plans, SaturationAndLengthAreOfThePlan) {
  const auto usual = search("w7x", {}, kLexical);
  const auto other = search("w7x", {}, R"({"arms":[{"kind":"lexical","k1":0}]})");
  EXPECT_NE(usual.passages[0].score, other.passages[0].score);
}

TEST_F(Plans, TheFloorIsMeasuredWhenACollectionIsFilled) {
  const auto floor = noise_floor_of(*store_);
  ASSERT_TRUE(floor);
  EXPECT_EQ(floor->rows, 300u);
  EXPECT_NEAR(floor->mean, 0, 0.1);
  EXPECT_GT(floor->sigma, 0.1);
  EXPECT_FALSE(floor->probes);  // no model to ask them
}

}  // namespace
}  // namespace vicinal::engine
