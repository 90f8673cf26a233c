#include "engine/judgements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/temporary_folder_for_tests.h"
#include "vicinal/collection.h"

namespace vicinal::engine {
namespace {

TEST(Judgements, AreReadInBothForms) {
  const base::TemporaryFolder folder;
  folder.write("trec", "q1 0 d1 2\nq1 0 d2 0\r\n\nq2\t0\td1\t1\n");
  folder.write("beir", "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq2\td1\t1");
  const auto trec = read_judgements(folder.file("trec")).value();
  EXPECT_EQ(trec, read_judgements(folder.file("beir")).value());
  EXPECT_EQ(trec.at("q1"), (std::map<std::string, double>{{"d1", 2}, {"d2", 0}}));
}

TEST(Judgements, ABadLineIsNamed) {
  const base::TemporaryFolder folder;
  for (const char* bad : {"q1 d1", "q1 0 d1 2 x", "q1 0 d1 much", "q1 0 d1 nan", "q1 0 d1 1e999", "q1 0 d1 0x1"}) {
    folder.write("file", std::string("q1 0 d0 1\n") + bad + "\n");
    const auto read = read_judgements(folder.file("file"));
    ASSERT_FALSE(read.ok()) << bad;
    EXPECT_THAT(read.error().what(), ::testing::HasSubstr("line=2")) << bad;
  }
  folder.write("file", "q1 0 d1 1\nq1 0 d1 2\n");
  EXPECT_FALSE(read_judgements(folder.file("file")).ok());
}

}  // namespace
}  // namespace vicinal::engine
