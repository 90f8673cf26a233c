// Collection::fit, over a collection whose words and vectors say different things.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/collection_for_tests.h"

namespace vicinal {
namespace {

using ::testing::HasSubstr;

class Fitting : public CollectionTest {
 protected:
  /// Each question's good document is the one that holds its words; the tiny model's vectors know nothing of it.
  Fitting() {
    std::string rows;
    for (size_t i = 0; i < std::size(kWords); ++i)
      for (size_t k = 0; k < i; ++k) {
        const std::string text = std::string(kWords[i]) + " " + kWords[k];
        rows += R"({"_id":")" + text + R"(","text":"the )" + text + " of the house\"}\n";
        questions_.push_back({text, {{text, 1}}});
      }
    write("rows.jsonl", rows);
    index({"rows.jsonl"});
  }
  static constexpr const char* kWords[] = {"river", "mountain", "engine", "harbour", "copper", "signal", "winter"};
  std::vector<JudgedQuestion> questions_;
};

TEST_F(Fitting, TheArmThatKnowsIsPreferred) {
  questions_.push_back({"nobody judged this", {{"x", 0}}});
  questions_.front().gains["elsewhere"] = 1;
  const FitReport report = reopen().fit(questions_).value();
  EXPECT_EQ(report.questions, 21u);
  EXPECT_EQ(report.unjudged, 1u);
  EXPECT_EQ(report.unknown_documents, 1u);
  EXPECT_GT(report.lexical, 0.95);
  EXPECT_GE(report.fitted, report.usual);
  EXPECT_LE(report.gain_low, report.fitted - report.usual + 1e-9);
  EXPECT_EQ(report.distinguishable, report.gain_low > 0);
  EXPECT_EQ(report.recommended.alpha, report.distinguishable ? report.best.alpha : SearchOptions().alpha);
}

TEST_F(Fitting, WhatCannotBeFittedIsRefused) {
  Collection collection = reopen();
  const auto refusal = [&](const std::vector<JudgedQuestion>& questions, const SearchOptions& usual) {
    const auto report = collection.fit(questions, usual);
    return report ? "accepted" : report.error().what();
  };
  EXPECT_THAT(refusal({questions_.begin(), questions_.begin() + 4}, {}), HasSubstr("too few judged queries"));
  EXPECT_THAT(refusal(questions_, {.mode = SearchMode::dense}), HasSubstr("a plan of one arm"));
}

}  // namespace
}  // namespace vicinal
