#include "retrieve/result_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace vicinal::retrieve {
namespace {

/// Documents 1 and 2 say the same in their first passages; document 1 has a second one about something else.
class ResultList : public testing::Test {
 protected:
  std::vector<FusedPassage> fused() const {
    return {{.document = 1, .ordinal = 0, .score = 0.9},
            {.document = 2, .ordinal = 0, .score = 0.8},
            {.document = 1, .ordinal = 1, .score = 0.5},
            {.document = 3, .ordinal = 0, .score = 0.1}};
  }
  PassageFacts facts() const {
    return {.vector_of = [this](const PassageId& id) -> Result<std::span<const float>> {
              return std::span<const float>(vectors_.at(id));
            },
            .text_hash_of = [](const PassageId& id) { return std::optional<uint64_t>(id.document * 10 + id.ordinal); }};
  }
  static std::vector<std::pair<uint64_t, uint32_t>> shown(const std::vector<ListedPassage>& list) {
    std::vector<std::pair<uint64_t, uint32_t>> out;
    for (const ListedPassage& listed : list) out.emplace_back(listed.passage.document, listed.passage.ordinal);
    return out;
  }

  std::map<PassageId, std::vector<float>> vectors_ = {
      {{1, 0}, {1, 0}}, {{2, 0}, {1, 0.001F}}, {{1, 1}, {0, 1}}, {{3, 0}, {-1, 0}}};
};

using testing::ElementsAre;
using testing::Pair;

TEST_F(ResultList, WithoutStepsIsTheFusedOrderCut) {
  SearchPlan plan;
  plan.limit = 2;
  const auto list = result_list(plan, fused(), {}).value();
  EXPECT_THAT(shown(list), ElementsAre(Pair(1, 0), Pair(2, 0)));
}

TEST_F(ResultList, FoldsThenGroups) {
  const SearchPlan plan = parse_plan(R"({"fold_duplicates":{},"group":{"passages":1}})").value();
  const auto list = result_list(plan, fused(), facts()).value();
  EXPECT_THAT(shown(list), ElementsAre(Pair(1, 0), Pair(3, 0)));
  EXPECT_THAT(list[0].folded, ElementsAre(PassageId{2, 0}));
}

TEST_F(ResultList, DiversityMovesARepetitionBack) {
  const SearchPlan plan = parse_plan(R"({"diversity":{"lambda":0.5},"limit":3})").value();
  EXPECT_THAT(shown(result_list(plan, fused(), facts()).value()), ElementsAre(Pair(1, 0), Pair(1, 1), Pair(3, 0)));
}

TEST_F(ResultList, GroupingLeavesPassagesOutAndMovesNone) {
  const auto list = [&](const char* json) { return shown(result_list(parse_plan(json).value(), fused(), {}).value()); };
  EXPECT_THAT(list(R"({"group":{"passages":2},"limit":3})"), ElementsAre(Pair(1, 0), Pair(2, 0), Pair(1, 1)));
  EXPECT_THAT(list(R"({"group":{},"limit":3})"), ElementsAre(Pair(1, 0), Pair(2, 0), Pair(3, 0)));
}

TEST_F(ResultList, AStepThatComparesNeedsVectors) {
  for (const char* json : {R"({"fold_duplicates":{}})", R"({"diversity":{}})"}) {
    const auto list = result_list(parse_plan(json).value(), fused(), {});
    ASSERT_FALSE(list.ok());
    EXPECT_EQ(list.error().code(), Code::invalid_argument);
    EXPECT_TRUE(result_list(parse_plan(json).value(), {}, {}).value().empty());
  }
}

TEST_F(ResultList, ErrorsOfTheStoreAreHandedOn) {
  PassageFacts broken;
  broken.vector_of = [](const PassageId&) -> Result<std::span<const float>> { return Error(Code::corrupt, "row"); };
  EXPECT_EQ(result_list(parse_plan(R"({"diversity":{}})").value(), fused(), broken).error().code(), Code::corrupt);
}

}  // namespace
}  // namespace vicinal::retrieve
