#include "cli/output.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "base/temporary_folder_for_tests.h"

namespace vicinal::cli {
namespace {

TEST(Output, AFileAppearsOnlyWhenItIsFinished) {
  const base::TemporaryFolder folder;
  const std::string path = folder.path() + "/out.jsonl";
  {
    Output out = Output::open(path).value();
    out.write(std::string(200'000, 'x'));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "an unfinished output leaves nothing behind";
  Output out = Output::open(path).value();
  out.write("done");
  ASSERT_TRUE(out.finish());
  EXPECT_EQ(base::read_file(path).value(), "done");
}

TEST(Output, OneFileIsWrittenByOneProcessAtATimeAndLeftoversAreCutOff) {
  const base::TemporaryFolder folder;
  const std::string path = folder.path() + "/out.jsonl";
  folder.write("out.jsonl.part", "left by a run that was killed");
  Output first = Output::open(path).value();
  EXPECT_EQ(Output::open(path).error().code(), Code::busy);
  first.write("whole");
  ASSERT_TRUE(first.finish());
  EXPECT_EQ(base::read_file(path).value(), "whole");
}

TEST(Output, AFullDeviceIsAnErrorAtTheEnd) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full here";
  Output out = Output::open("/dev/full").value();
  out.write("x");
  const auto finished = out.finish();
  ASSERT_FALSE(finished.ok());
  EXPECT_EQ(finished.error().code(), Code::io);
}

TEST(Output, AFolderThatIsNotThereIsNamed) {
  const auto out = Output::open("/no/such/folder/out.npy");
  ASSERT_FALSE(out.ok());
  EXPECT_NE(out.error().what().find("/no/such/folder/out.npy"), std::string::npos);
}

TEST(Output, ADeviceCannotBeRewound) {
  Output out = Output::open("/dev/null").value();
  EXPECT_EQ(out.rewrite(0, "x").error().code(), Code::unsupported);
}

}  // namespace
}  // namespace vicinal::cli
