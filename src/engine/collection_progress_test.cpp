// What a run reports, and how it is stopped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <vector>

#include "engine/collection_for_tests.h"

namespace vicinal {
namespace {

TEST_F(CollectionTest, StoppingKeepsWhatWasAcknowledgedAndTheNextRunGoesOn) {
  std::ofstream rows(file("rows.jsonl"));
  for (int i = 0; i < 3000; ++i)
    rows << R"({"_id":")" << i << R"(","text":")" << engine::kTinyVocabulary[4 + i % 40] << " "
         << engine::kTinyVocabulary[4 + i / 40 % 40] << " " << engine::kTinyVocabulary[4 + i / 1600] << "\"}\n";
  rows.close();
  std::stop_source stop;
  size_t acknowledged = 0;
  const Watch watch{.progress =
                        [&](const Progress& progress) {
                          acknowledged = progress.acknowledged;
                          if (acknowledged > 0) stop.request_stop();
                        },
                    .stop = stop.get_token()};
  const auto stopped = open().index_paths({file("rows.jsonl")}, watch);
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code(), Code::interrupted);
  ASSERT_GT(acknowledged, 0U);
  ASSERT_LT(acknowledged, 3000U);
  Collection collection = reopen();
  for (const size_t i : {size_t{0}, acknowledged / 2, acknowledged - 1})
    EXPECT_TRUE(collection.get(std::to_string(i)).ok()) << i;
  const IndexReport rest = index({"rows.jsonl"});
  EXPECT_EQ(rest.added + rest.unchanged, 3000U);
  EXPECT_GE(rest.unchanged, acknowledged);
  EXPECT_EQ(ids().size(), 1000U) << "a page";
  EXPECT_EQ(reopen().stats().value().documents, 3000U);
}

TEST_F(CollectionTest, AcknowledgedCountsGrowToTheNumberOfInputs) {
  std::vector<size_t> counts;
  size_t total = 0;
  ASSERT_TRUE(open()
                  .index_paths({file("notes")}, {.progress =
                                                     [&](const Progress& progress) {
                                                       if (progress.stage != "embed") return;
                                                       counts.push_back(progress.acknowledged);
                                                       total = progress.total;
                                                     },
                                                 .stop = {}})
                  .ok());
  EXPECT_TRUE(std::ranges::is_sorted(counts));
  EXPECT_EQ(counts.back(), 3U);
  EXPECT_EQ(total, 3U);
}

TEST_F(CollectionTest, ALongDocumentIsReportedWhileItIsEmbedded) {
  std::vector<Progress> reports;
  ASSERT_TRUE(
      open().index_paths({file("notes/river.md")},
                         {.progress = [&](const Progress& progress) { reports.push_back(progress); }, .stop = {}}));
  const auto first = std::ranges::find(reports, "embed", &Progress::stage);
  ASSERT_NE(first, reports.end());
  EXPECT_EQ(first->done, 0U) << "before the first document is finished";
  EXPECT_EQ(first->acknowledged, 0U);
  EXPECT_EQ(first->total, 1U);
}

}  // namespace
}  // namespace vicinal
