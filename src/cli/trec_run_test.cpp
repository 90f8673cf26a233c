#include "cli/trec_run.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/temporary_folder_for_tests.h"

namespace vicinal::cli {
namespace {

Hit hit(const std::string& document, float score) {
  Hit hit;
  hit.document = document;
  hit.score = score;
  return hit;
}

class QueryFile : public testing::Test {
 protected:
  Result<std::vector<Query>> read(const std::string& bytes) {
    const std::string path = folder_.path() + "/q.jsonl";
    std::ofstream(path, std::ios::binary) << bytes;
    return read_queries(path);
  }
  base::TemporaryFolder folder_;
};

TEST_F(QueryFile, IdsAreWordsNumbersOrRowNumbers) {
  const auto queries =
      read("{\"_id\":\"q1\",\"text\":\"a\"}\n\n{\"id\":12,\"text\":\"b\"}\n{\"text\":\"c\"}\n").value();
  ASSERT_EQ(queries.size(), 3u);
  EXPECT_EQ(queries[0].id, "q1");
  EXPECT_EQ(queries[1].id, "12");
  EXPECT_EQ(queries[2].id, "2");
  EXPECT_EQ(queries[2].text, "c");
}

TEST_F(QueryFile, IdsThatWouldBreakTheRunAreRefused) {
  EXPECT_EQ(read("{\"_id\":\"q 1\",\"text\":\"a\"}\n").error().code(), Code::invalid_argument);
  EXPECT_EQ(read("{\"_id\":\"\",\"text\":\"a\"}\n").error().code(), Code::invalid_argument);
  EXPECT_EQ(read("{\"_id\":\"q\",\"text\":\"a\"}\n{\"_id\":\"q\",\"text\":\"b\"}\n").error().code(),
            Code::invalid_argument);
}

TEST(TrecRun, RanksCountFromOneAndScoresReadBackEqual) {
  const std::vector<Hit> hits = {hit("d1", 0.71234567F), hit("d2", -0.5F)};
  EXPECT_EQ(trec_lines("q1", hits, "tag").value(), "q1 Q0 d1 1 0.71234566 tag\nq1 Q0 d2 2 -0.5 tag\n");
  EXPECT_EQ(trec_lines("q1", {}, "tag").value(), "");
}

TEST(TrecRun, ADocumentIdWithASpaceIsRefused) {
  EXPECT_EQ(trec_lines("q1", {hit("a b", 1)}, "t").error().code(), Code::invalid_argument);
}

}  // namespace
}  // namespace vicinal::cli
