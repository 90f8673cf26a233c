#include "engine/search_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vicinal {
namespace {

using ::testing::HasSubstr;

SearchOptions every_option() {
  SearchOptions options;
  options.limit = 7;
  options.per_document = 2;
  options.alpha = 0.25;
  options.fusion = "rrf";
  options.rrf_k = 10;
  options.metric = Metric::dot;
  options.where = "lang = \"de\"";
  options.dense_candidates = 50;
  options.lexical_candidates = 300;
  options.k1 = 0.9;
  options.b = 0.4;
  options.fold = 0.97;
  options.diverse = 0.5;
  options.diverse_candidates = 40;
  return options;
}

TEST(SearchPlan, EveryOptionIsPartOfThePlan) {
  const std::string json = search_plan_json(every_option()).value();
  EXPECT_EQ(search_plan_json(parse_search_plan(json).value()).value(), json);
  const SearchOptions read = parse_search_plan(json).value();
  EXPECT_EQ(read.limit, 7u);
  EXPECT_EQ(read.per_document, 2u);
  EXPECT_EQ(read.fusion, "rrf");
  EXPECT_EQ(read.rrf_k, 10);
  EXPECT_EQ(read.metric, Metric::dot);
  EXPECT_EQ(read.lexical_candidates, 300u);
  EXPECT_EQ(read.b, 0.4);
  EXPECT_EQ(read.fold, 0.97);
  EXPECT_EQ(read.diverse_candidates, 40u);
}

TEST(SearchPlan, AnArmThatIsNotAskedIsNotInThePlan) {
  SearchOptions options = every_option();
  options.mode = SearchMode::lexical;
  const std::string json = search_plan_json(options).value();
  EXPECT_EQ(json.find("dense"), std::string::npos) << json;
  EXPECT_EQ(json.find("fuse"), std::string::npos) << json;
  EXPECT_EQ(parse_search_plan(json).value().mode, SearchMode::lexical);
}

TEST(SearchPlan, TheBestOfADocumentIsAGroupOfOne) {
  SearchOptions options;
  options.best_per_document = true;
  EXPECT_EQ(parse_search_plan(search_plan_json(options).value()).value().per_document, 1u);
}

TEST(SearchPlan, ValuesOutOfTheirRangeAreRefusedAndNamed) {
  const auto refusal = [](auto change) {
    SearchOptions options;
    change(options);
    const auto plan = search_plan_json(options);
    return plan ? "accepted" : plan.error().what();
  };
  EXPECT_THAT(refusal([](SearchOptions& o) { o.limit = 0; }), HasSubstr("at least 1"));
  EXPECT_THAT(refusal([](SearchOptions& o) { o.limit = 2'000'000; }), HasSubstr("at=limit"));
  EXPECT_THAT(refusal([](SearchOptions& o) { o.alpha = 1.5; }), HasSubstr("alpha is a number"));
  EXPECT_THAT(refusal([](SearchOptions& o) { o.fusion = "weigthed"; }), HasSubstr("weighted"));
  EXPECT_THAT(refusal([](SearchOptions& o) { o.fold = 0; }), HasSubstr("at=fold_duplicates.threshold"));
  EXPECT_THAT(refusal([](SearchOptions& o) { o.diverse = 2; }), HasSubstr("at=diversity.lambda"));
  EXPECT_THAT(refusal([](SearchOptions& o) { o.b = -1; }), HasSubstr("at=arms[1].b"));
}

}  // namespace
}  // namespace vicinal
