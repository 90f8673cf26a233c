#include "base/mapped_file.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/temporary_folder_for_tests.h"

namespace vicinal::base {
namespace {

TEST(MappedFile, OfAGrowingFileTakesInWhatCameWithoutMoving) {
  const TemporaryFolder folder;
  const std::string path = folder.write("grows", "one");
  MappedFile map = MappedFile::open_growing(path, 1 << 20).value();
  const std::byte* const begin = map.bytes().data();
  EXPECT_EQ(map.text(), "one");
  File file = File::open(path, File::Mode::read_write).value();
  const std::string more(100000, 'x');
  ASSERT_TRUE(file.write_at(3, std::as_bytes(std::span(more))));
  EXPECT_EQ(map.size(), 3U);
  ASSERT_TRUE(map.grow());
  EXPECT_EQ(map.text(), "one" + more);
  EXPECT_EQ(map.bytes().data(), begin);
}

TEST(MappedFile, OfAGrowingFileEndsWithItsRoom) {
  const TemporaryFolder folder;
  const std::string path = folder.write("grows", "one");
  MappedFile map = MappedFile::open_growing(path, 5).value();
  File file = File::open(path, File::Mode::read_write).value();
  ASSERT_TRUE(file.write_at(3, std::as_bytes(std::span("four", 4))));
  ASSERT_TRUE(map.grow());
  EXPECT_EQ(map.text(), "onefo");
}

TEST(MappedFile, OfAnEmptyFileGrowsToo) {
  const TemporaryFolder folder;
  const std::string path = folder.write("grows", "");
  MappedFile map = MappedFile::open_growing(path, 4096).value();
  EXPECT_EQ(map.size(), 0U);
  File file = File::open(path, File::Mode::read_write).value();
  ASSERT_TRUE(file.write_at(0, std::as_bytes(std::span("four", 4))));
  ASSERT_TRUE(map.grow());
  EXPECT_EQ(map.text(), "four");
}

}  // namespace
}  // namespace vicinal::base
