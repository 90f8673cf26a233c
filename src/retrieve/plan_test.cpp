#include "retrieve/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vicinal::retrieve {
namespace {

std::string refusal(std::string_view json) {
  const auto plan = parse_plan(json);
  return plan.ok() ? "accepted" : plan.error().what();
}

TEST(Plan, AnEmptyObjectIsTheDefaultPlan) {
  const SearchPlan plan = parse_plan("{}").value();
  ASSERT_EQ(plan.arms.size(), 2U);
  EXPECT_NE(plan.arm(ArmKind::dense), nullptr);
  EXPECT_NE(plan.arm(ArmKind::lexical), nullptr);
  EXPECT_EQ(plan.fuse.kind, Fusion::weighted);
  EXPECT_EQ(plan.fuse.alpha, FusionOptions().alpha);
  EXPECT_EQ(plan.limit, 10U);
  EXPECT_FALSE(plan.group || plan.diversity || plan.fold_duplicates);
  EXPECT_EQ(to_json(plan), to_json(SearchPlan()));
}

TEST(Plan, EveryKeyIsRead) {
  const SearchPlan plan = parse_plan(R"({"schema":1,
    "arms":[{"kind":"lexical","candidates":300,"k1":0.9,"b":0.4},{"kind":"dense","candidates":50,"metric":"l2"}],
    "fuse":{"kind":"rrf","alpha":0.25,"k":10},"filter":"lang = \"de\"","fold_duplicates":{"threshold":0.97},
    "diversity":{"lambda":0.5,"candidates":40},"group":{"by":"document","passages":3},"limit":7})")
                              .value();
  EXPECT_EQ(plan.arms[0].kind, ArmKind::lexical);
  EXPECT_EQ(plan.arms[0].candidates, 300U);
  EXPECT_EQ(plan.arms[0].k1, 0.9);
  EXPECT_EQ(plan.arms[0].b, 0.4);
  EXPECT_EQ(plan.arms[1].candidates, 50U);
  EXPECT_EQ(plan.arms[1].metric, "l2");
  EXPECT_EQ(plan.fuse.kind, Fusion::rrf);
  EXPECT_EQ(plan.fuse.alpha, 0.25);
  EXPECT_EQ(plan.fuse.rrf_k, 10);
  EXPECT_EQ(plan.filter, "lang = \"de\"");
  EXPECT_EQ(plan.fold_duplicates->threshold, 0.97);
  EXPECT_EQ(plan.diversity->lambda, 0.5);
  EXPECT_EQ(plan.diversity->candidates, 40U);
  EXPECT_EQ(plan.group->passages, 3U);
  EXPECT_EQ(plan.limit, 7U);
}

TEST(Plan, WhatIsWrittenReadsBackTheSame) {
  for (const char* json : {"{}", R"({"arms":[{"kind":"lexical"}],"limit":1})",
                           R"({"fuse":{"alpha":0},"group":{},"diversity":{},"fold_duplicates":{}})",
                           R"({"filter":{"must":[{"key":"a","match":{"value":"ä\"b"}}]}})",
                           R"({"arms":[{"kind":"lexical","k1":0,"b":1}]})", R"({"fuse":{"kind":"rrf","k":7}})",
                           R"({"arms":[{"kind":"dense","metric":"dot"}]})"}) {
    const std::string written = to_json(parse_plan(json).value());
    EXPECT_EQ(to_json(parse_plan(written).value()), written);
  }
}

TEST(Plan, AFilterObjectIsCarriedAsItsText) {
  EXPECT_EQ(parse_plan(R"({"filter":{"must":[]}})").value().filter, R"({"must":[]})");
}

TEST(Plan, AStepThatIsNullDoesNotHappen) {
  const SearchPlan plan =
      parse_plan(R"({"group":null,"diversity":null,"fold_duplicates":null,"filter":null,"fuse":null})").value();
  EXPECT_FALSE(plan.group || plan.diversity || plan.fold_duplicates);
  EXPECT_TRUE(plan.filter.empty());
}

TEST(Plan, PeopleReadOneLine) {
  const SearchPlan plan =
      parse_plan(R"({"arms":[{"kind":"dense","candidates":200},{"kind":"lexical","k1":1.2,"b":0.75}],
    "fuse":{"alpha":0.5},"filter":"year > 2020","group":{"passages":2},"limit":5})")
          .value();
  EXPECT_EQ(to_string(plan),
            "dense 200 + lexical (k1 1.2, b 0.75) → weighted, alpha 0.5 → where year > 2020 → at most 2 of a document "
            "→ best 5");
}

TEST(Plan, AMistypedKeyIsNamedWithItsPlaceAndTheNearest) {
  EXPECT_THAT(refusal(R"({"arms":[{"kind":"dense"},{"kind":"lexical","candidats":3}]})"),
              testing::AllOf(testing::HasSubstr("at=arms[1].candidats"), testing::HasSubstr("nearest=candidates")));
  EXPECT_THAT(refusal(R"({"limits":3})"),
              testing::AllOf(testing::HasSubstr("at=limits"), testing::HasSubstr("nearest=limit")));
  EXPECT_THAT(refusal(R"({"fuse":{"kind":"weigthed"}})"),
              testing::AllOf(testing::HasSubstr("nearest=weighted"), testing::HasSubstr("at=fuse.kind")));
}

TEST(Plan, BadValuesAreRefusedWithTheirPlace) {
  const std::pair<const char*, const char*> bad[] = {
      {"[]", "at=plan"},
      {"{\"limit\":", "cannot be read"},
      {R"({"limit":0})", "at=limit"},
      {R"({"limit":1.5})", "at=limit"},
      {R"({"limit":"10"})", "at=limit"},
      {R"({"limit":1000001})", "at=limit"},
      {R"({"limit":1,"limit":2})", "a key stands twice"},
      {R"({"schema":0})", "at=schema"},
      {R"({"arms":[]})", "at=arms"},
      {R"({"arms":[{}]})", "at=arms[0].kind"},
      {R"({"arms":[{"kind":"sparse"}]})", "at=arms[0].kind"},
      {R"({"arms":[{"kind":"dense"},{"kind":"dense"}]})", "two arms are of one kind"},
      {R"({"arms":[{"kind":"dense","k1":1}]})", "at=arms[0].k1"},
      {R"({"arms":[{"kind":"lexical","b":1.1}]})", "at=arms[0].b"},
      {R"({"arms":[{"kind":"lexical","k1":-1}]})", "at=arms[0].k1"},
      {R"({"arms":[{"kind":"lexical","candidates":-5}]})", "at=arms[0].candidates"},
      {R"({"fuse":{"alpha":2}})", "at=fuse.alpha"},
      {R"({"fuse":{"k":0}})", "at=fuse.k"},
      {R"({"fuse":"rrf"})", "at=fuse"},
      {R"({"arms":[{"kind":"lexical","metric":"l2"}]})", "at=arms[0].metric"},
      {R"({"arms":[{"kind":"lexical"}],"fuse":{"alpha":0.5}})", "nothing to fuse it with"},
      {R"({"fuse":{"kind":"weighted","k":60}})", "k is of the fusion rrf"},
      {R"({"diversity":{"candidates":5}})", "at=diversity.candidates"},
      {R"({"filter":7})", "at=filter"},
      {R"({"group":{"by":"author"}})", "at=group.by"},
      {R"({"diversity":{"lambda":-0.1}})", "at=diversity.lambda"},
      {R"({"fold_duplicates":true})", "at=fold_duplicates"},
      {R"({"fold_duplicates":{"threshold":0}})", "at=fold_duplicates.threshold"},
  };
  for (const auto& [json, says] : bad) EXPECT_THAT(refusal(json), testing::HasSubstr(says)) << json;
}

TEST(Plan, ANewerSchemaIsUnsupportedWhateverItsKeys) {
  EXPECT_THAT(refusal(R"({"schema":2,"rerank":{}})"), testing::StartsWith("unsupported"));
}

TEST(Plan, CandidatesAreTwiceTheLimitAndAtLeastAHundred) {
  EXPECT_EQ(candidates_for(0, 10), 100U);
  EXPECT_EQ(candidates_for(0, 80), 160U);
  EXPECT_EQ(candidates_for(20, 80), 20U);
  EXPECT_EQ(candidates_for(0, SIZE_MAX), kMaxCandidates);
}

}  // namespace
}  // namespace vicinal::retrieve
