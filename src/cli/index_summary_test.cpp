#include "cli/index_summary.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "cli/cut_report.h"

namespace vicinal::cli {
namespace {

IndexReport example_report() {
  IndexReport report;
  report.inputs = 412;
  report.added = 400;
  report.updated = 2;
  report.unchanged = 10;
  report.chunks = 3904;
  report.embedded = 3890;
  report.reused = 14;
  report.tokens = 1'234'567;
  report.seconds = 35.2;
  return report;
}

TEST(IndexSummary, SaysWhatHappenedInOneLine) {
  EXPECT_EQ(index_summary(example_report()),
            "412 inputs: 400 added, 2 updated, 10 unchanged, 0 removed · 3,904 chunks · 3,890 embedded, 14 reused · "
            "1.2 M tokens · 35 s");
}

TEST(IndexSummary, SaysThatNothingChanged) {
  IndexReport report;
  report.inputs = report.unchanged = 412;
  EXPECT_EQ(index_summary(report), "nothing changed: 412 inputs, 0 embedded");
}

TEST(IndexSummary, WhatWasSkippedIsCounted) {
  IndexReport report = example_report();
  report.skipped.resize(2);
  EXPECT_NE(index_summary(report).find("0 removed, 2 skipped · 3,904 chunks"), std::string::npos);
  IndexReport nothing;
  nothing.inputs = 2;
  nothing.skipped.resize(2);
  EXPECT_EQ(index_summary(nothing), "nothing changed: 2 inputs, 0 embedded, 2 skipped");
}

TEST(IndexSummary, AllInputsAreRefusedOnlyWhereNoneWasTaken) {
  IndexReport report;
  EXPECT_FALSE(all_refused(report)) << "no input is no mistake";
  report.inputs = 3;
  report.skipped.resize(3);
  EXPECT_TRUE(all_refused(report));
  for (size_t IndexReport::* taken : {&IndexReport::added, &IndexReport::updated, &IndexReport::unchanged}) {
    IndexReport other = report;
    other.*taken = 1;
    EXPECT_FALSE(all_refused(other));
  }
}

TEST(IndexSummary, JsonHasEveryCountAndWhatWasSkipped) {
  IndexReport report = example_report();
  report.skipped.push_back({"a \"b\"", "binary"});
  const std::string line = index_json(report);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto json = base::Json::parse(line).value();
  EXPECT_EQ(json["inputs"].integer_or(0), 412);
  EXPECT_EQ(json["embedded"].integer_or(0), 3890);
  EXPECT_EQ((*json["skipped"].array())[0]["path"].string_or(""), "a \"b\"");
}

TEST(IndexSummary, LongListsOfSkippedInputsAreShortenedUnlessAllAreAskedFor) {
  IndexReport report = example_report();
  for (int i = 0; i < 25; ++i) report.skipped.push_back({"f" + std::to_string(i), "binary"});
  const auto notes = index_notes(report, false);
  ASSERT_EQ(notes.size(), 22u);
  EXPECT_EQ(notes[0], "skipped f0: binary");
  EXPECT_EQ(notes[20], "… and 5 more (--verbose lists all)");
  EXPECT_EQ(index_notes(report, true).size(), 26u);
}

TEST(IndexSummary, CutsAndTheLanguageAreNotSilent) {
  IndexReport report = example_report();
  report.cut = 3;
  report.language_note = "most texts are German";
  const auto notes = index_notes(report, false);
  EXPECT_EQ(notes[0], "3 passages were cut at the model's limit; --on-long error refuses them");
  EXPECT_EQ(notes[1], "most texts are German");
}

TEST(CutReport, NamesTheRowsThatWereCut) {
  EXPECT_EQ(cut_note({.texts = 40, .cut = 3, .cut_texts = {5, 9, 22}}, 256),
            "3 texts were cut at 256 tokens (rows 5, 9, 22); --on-long error refuses them");
}

TEST(CutReport, OneTextIsSingularAndManyRowsAreShortened) {
  EXPECT_EQ(cut_note({.texts = 1, .cut = 1, .cut_texts = {7}}, 256),
            "1 text was cut at 256 tokens (row 7); --on-long error refuses them");
  const std::string many = cut_note({.texts = 50, .cut = 12, .cut_texts = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}}, 8);
  EXPECT_NE(many.find("(rows 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 …)"), std::string::npos) << many;
}

}  // namespace
}  // namespace vicinal::cli
