#include "base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <thread>
#include <vector>

#include "base/mapped_file.h"
#include "base/temporary_folder_for_tests.h"

namespace vicinal::base {
namespace {

using testing::HasSubstr;

TEST(File, WritesAndReadsAtOffsets) {
  const TemporaryFolder folder;
  File file = File::open(folder.file("a"), File::Mode::create_exclusive).value();
  const std::string text = "hello";
  ASSERT_TRUE(file.write_at(3, std::as_bytes(std::span(text))));
  ASSERT_TRUE(file.sync());
  EXPECT_EQ(file.size().value(), 8u);
  std::vector<std::byte> out(4);
  ASSERT_TRUE(file.read_at(4, out));
  EXPECT_EQ(static_cast<char>(out[0]), 'e');
  const auto past = file.read_at(5, out);
  ASSERT_FALSE(past);
  EXPECT_EQ(past.error().code(), Code::corrupt);
}

TEST(File, ErrorsNameThePathAndTheReason) {
  const TemporaryFolder folder;
  const auto missing = File::open(folder.file("missing"), File::Mode::read);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), Code::not_found);
  EXPECT_THAT(missing.error().what(), HasSubstr("/missing, reason=No such file"));
  folder.write("there", "x");
  const auto there = File::open(folder.file("there"), File::Mode::create_exclusive);
  ASSERT_FALSE(there);
  EXPECT_EQ(there.error().code(), Code::io);
}

TEST(File, CreateKeepsWhatIsThere) {
  const TemporaryFolder folder;
  folder.write("a", "kept");
  EXPECT_EQ(File::open(folder.file("a"), File::Mode::create).value().size().value(), 4u);
}

TEST(ReadFile, ReadsTheWholeFileAndRefusesLargerOnes) {
  const TemporaryFolder folder;
  const std::string bytes(100'000, 'x');
  const std::string path = folder.write("a", bytes);
  EXPECT_EQ(read_file(path).value(), bytes);
  EXPECT_EQ(read_file(path, bytes.size()).value(), bytes);
  EXPECT_EQ(read_file(path, bytes.size() - 1).error().code(), Code::invalid_argument);
  EXPECT_EQ(read_file(folder.path()).error().code(), Code::io);
}

TEST(ReadFile, ReadsPipesAndOtherFilesWithoutASize) {
  const TemporaryFolder folder;
  const std::string path = folder.file("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const std::string bytes(200'000, 'y');
  std::thread writer([&] { folder.write("pipe", bytes); });
  EXPECT_EQ(read_file(path).value(), bytes);
  writer.join();
  EXPECT_THAT(read_file("/proc/self/status").value(), HasSubstr("Pid:"));
}

TEST(WriteFileAtomic, ReplacesTheFileAndLeavesNothingElse) {
  const TemporaryFolder folder;
  const std::string path = folder.write("a", "old");
  ASSERT_TRUE(write_file_atomic(path, "new contents"));
  EXPECT_EQ(read_file(path).value(), "new contents");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(WriteFileAtomic, FailureLeavesNoTemporaryFile) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.file("target/inside"));
  EXPECT_FALSE(write_file_atomic(folder.file("target"), "x"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
  EXPECT_EQ(write_file_atomic(folder.file("no/such/folder"), "x").error().code(), Code::not_found);
}

TEST(StampFile, ChangesWithTheContents) {
  const TemporaryFolder folder;
  const std::string path = folder.write("a", "1");
  const FileStamp before = stamp_file(path).value();
  EXPECT_EQ(before, stamp_file(path).value());
  folder.write("a", "12");
  EXPECT_NE(before, stamp_file(path).value());
}

TEST(MappedFile, ShowsTheBytesAndMoves) {
  const TemporaryFolder folder;
  MappedFile file = MappedFile::open(folder.write("a", "bytes")).value();
  MappedFile moved = std::move(file);
  EXPECT_EQ(moved.text(), "bytes");
  moved = MappedFile::open(folder.write("empty", "")).value();
  EXPECT_TRUE(moved.bytes().empty());
}

TEST(MappedFile, RefusesWhatIsNoRegularFile) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo(folder.file("pipe").c_str(), 0600), 0);
  EXPECT_EQ(MappedFile::open(folder.file("pipe")).error().code(), Code::io);
  EXPECT_EQ(MappedFile::open(folder.path()).error().code(), Code::io);
  EXPECT_EQ(MappedFile::open(folder.file("missing")).error().code(), Code::not_found);
}

}  // namespace
}  // namespace vicinal::base
