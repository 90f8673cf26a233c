// What is done to a ranked list: marginal relevance, folding, grouping.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "retrieve/diversity.h"
#include "retrieve/group.h"
#include "retrieve/near_duplicates.h"
#include "retrieve/random_draw.h"

namespace vicinal::retrieve {
namespace {

using testing::ElementsAre;
using Vectors = std::vector<std::vector<float>>;

std::vector<std::span<const float>> views_of(const Vectors& vectors) { return {vectors.begin(), vectors.end()}; }

std::vector<size_t> diversified(const std::vector<double>& scores, const Vectors& vectors,
                                const DiversityOptions& options) {
  return diversify(scores, views_of(vectors), options).value();
}

// Two that say the same, and one of another kind with less relevance.
const std::vector<double> kScores = {1.0, 0.9, 0.5, 0.0};
const Vectors kTwoAlike = {{1, 0}, {1, 0.01F}, {0, 1}, {0.7F, 0.7F}};

TEST(Diversity, LambdaOneIsTheOrderOfRelevance) {
  EXPECT_THAT(diversified(kScores, kTwoAlike, {.lambda = 1}), ElementsAre(0, 1, 2, 3));
}

TEST(Diversity, ARepetitionWaitsBehindWhatIsNew) {
  EXPECT_THAT(diversified(kScores, kTwoAlike, {.lambda = 0.5}), ElementsAre(0, 2, 1, 3));
}

TEST(Diversity, IsTheFormula) {
  RandomDraw draw(5);
  Vectors vectors(30);
  std::vector<double> scores(30);
  for (size_t i = 0; i < 30; ++i) {
    for (int k = 0; k < 8; ++k) vectors[i].push_back(static_cast<float>(draw.below(200)) / 100 - 1);
    scores[i] = static_cast<double>(draw.below(1000)) / 1000;
  }
  const auto [least, best] = std::ranges::minmax(scores);
  const auto cosine_of_two = [&](size_t a, size_t b) {
    const double dot = std::inner_product(vectors[a].begin(), vectors[a].end(), vectors[b].begin(), 0.0);
    const auto norm = [&](size_t i) {
      return std::sqrt(std::inner_product(vectors[i].begin(), vectors[i].end(), vectors[i].begin(), 0.0));
    };
    return dot / (norm(a) * norm(b));
  };
  const auto order = diversified(scores, vectors, {.lambda = 0.7, .limit = 12});
  ASSERT_EQ(order.size(), 12U);
  for (size_t step = 0; step < order.size(); ++step) {
    const auto value = [&, least = least, best = best](size_t i) {
      double closest = 0;
      for (size_t before = 0; before < step; ++before) closest = std::max(closest, cosine_of_two(i, order[before]));
      return 0.7 * (scores[i] - least) / (best - least) - 0.3 * closest;
    };
    for (size_t i = 0; i < scores.size(); ++i)
      if (std::find(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(step), i) ==
          order.begin() + static_cast<std::ptrdiff_t>(step))
        EXPECT_LE(value(i), value(order[step]) + 1e-6);  // float cosines
  }
}

TEST(Diversity, AFloorMakesHighCosinesComparable) {
  // All cosines are above 0.9, as with e5; only the floor tells the repetition from the rest.
  const Vectors high = {{1, 0}, {1, 0.02F}, {1, 0.4F}};
  const std::vector<double> scores = {1, 0.6, 0.3};
  EXPECT_THAT(diversified(scores, high, {.lambda = 0.7}), ElementsAre(0, 1, 2));
  EXPECT_THAT(diversified(scores, high, {.lambda = 0.5, .similarity_floor = 0.92}), ElementsAre(0, 2, 1));
}

TEST(Diversity, ListsThatAreEmptyEqualOrShort) {
  EXPECT_THAT(diversified({}, {}, {}), ElementsAre());
  EXPECT_THAT(diversified({2, 2, 2}, {{0, 0}, {0, 0}, {0, 0}}, {}), ElementsAre(0, 1, 2));
  EXPECT_THAT(diversified({1, 0}, {{1, 0}, {0, 1}}, {.limit = 1}), ElementsAre(0));
  EXPECT_THAT(diversified({1e308, -1e308}, {{1, 0}, {0, 1}}, {}), ElementsAre(0, 1));
}

TEST(Diversity, BadInputIsRefused) {
  const auto refused = [](std::vector<double> scores, const Vectors& vectors, DiversityOptions options) {
    const auto order = diversify(scores, views_of(vectors), options);
    return !order.ok() && order.error().code() == Code::invalid_argument;
  };
  EXPECT_TRUE(refused({1}, {{1}}, {.lambda = 1.1}));
  EXPECT_TRUE(refused({1}, {{1}}, {.lambda = std::nan("")}));
  EXPECT_TRUE(refused({1}, {{1}}, {.similarity_floor = 1}));
  EXPECT_TRUE(refused({1, 2}, {{1}}, {}));
  EXPECT_TRUE(refused({1, 2}, {{1}, {1, 2}}, {}));
  EXPECT_TRUE(refused({std::nan("")}, {{1}}, {}));
}

TEST(NearDuplicates, AreFoldedIntoTheBetterOneAndCounted) {
  const Vectors vectors = {{1, 0}, {0, 1}, {1, 0.01F}, {0.01F, 1}, {1, 1}};
  std::vector<PassageLook> looks;
  for (const auto& vector : vectors) looks.push_back({.vector = vector});
  const auto folded = fold_near_duplicates(looks, 0.98).value();
  ASSERT_EQ(folded.size(), 3U);
  EXPECT_EQ(folded[0].kept, 0U);
  EXPECT_THAT(folded[0].folded, ElementsAre(2));
  EXPECT_THAT(folded[1].folded, ElementsAre(3));
  EXPECT_EQ(folded[2].kept, 4U);
}

TEST(NearDuplicates, EqualTextsAreFoldedWithoutVectors) {
  const auto folded =
      fold_near_duplicates(std::vector<PassageLook>{{.text_hash = 7}, {.text_hash = 8}, {.text_hash = 7}, {}, {}}, 1)
          .value();
  ASSERT_EQ(folded.size(), 4U) << "what has neither hash nor vector is like nothing";
  EXPECT_THAT(folded[0].folded, ElementsAre(2));
}

TEST(NearDuplicates, NoChainLeadsAwayFromWhatIsShown) {
  // Each is near its neighbour; the last is far from the first.
  const Vectors chain = {{1, 0}, {1, 0.19F}, {1, 0.4F}};
  std::vector<PassageLook> looks;
  for (const auto& vector : chain) looks.push_back({.vector = vector});
  const auto folded = fold_near_duplicates(looks, 0.98).value();
  ASSERT_EQ(folded.size(), 2U);
  EXPECT_EQ(folded[1].kept, 2U);
}

TEST(NearDuplicates, BadInputIsRefused) {
  const std::vector<float> two = {1, 0}, three = {1, 0, 0};
  EXPECT_FALSE(fold_near_duplicates({}, 0).ok());
  EXPECT_FALSE(fold_near_duplicates({}, 1.5).ok());
  EXPECT_FALSE(fold_near_duplicates({}, std::nan("")).ok());
  EXPECT_FALSE(fold_near_duplicates(std::vector<PassageLook>{{.vector = two}, {}, {.vector = three}}, 0.9).ok());
  EXPECT_TRUE(fold_near_duplicates({}, 1).value().empty());
}

TEST(Group, OfEachDocumentTheBestStayInTheirOrder) {
  const std::vector<uint64_t> documents = {5, 9, 5, 5, 2, 9};
  EXPECT_THAT(best_of_each_document(documents, 1), ElementsAre(0, 1, 4));
  EXPECT_THAT(best_of_each_document(documents, 2), ElementsAre(0, 1, 2, 4, 5));
  EXPECT_THAT(best_of_each_document({}, 2), ElementsAre());
}

}  // namespace
}  // namespace vicinal::retrieve
