#include "read/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "base/temporary_folder_for_tests.h"
#include "read/gzip.h"

namespace vicinal::read {
namespace {

using base::TemporaryFolder;
using testing::HasSubstr;

std::string gzip(const std::string& text) {
  z_stream stream = {};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

TEST(FormatOf, GoesByTheEndingWhateverItsCase) {
  EXPECT_EQ(format_of("a/b.md"), Format::markdown);
  EXPECT_EQ(format_of("B.MARKDOWN"), Format::markdown);
  EXPECT_EQ(format_of("x.html"), Format::html);
  EXPECT_EQ(format_of("x.htm.gz"), Format::html);
  EXPECT_EQ(format_of("x.xhtml"), Format::html);
  EXPECT_EQ(format_of("x.txt"), Format::plain);
  EXPECT_EQ(format_of("dir.md/README"), Format::plain);
  EXPECT_EQ(format_of(""), Format::plain);
}

TEST(ReadFile, ReadsAndUnpacksByTheInnerEnding) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_file(folder.write("a.txt", "plain")).value().text, "plain");
  const Document page = read_file(folder.write("a.html.gz", gzip("<title>T</title><p>body"))).value();
  EXPECT_EQ(page.text, "body");
  EXPECT_EQ(page.title, "T");
  EXPECT_EQ(page.format, Format::html);
}

TEST(ReadFile, ErrorsNameTheFile) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_file(folder.file("missing.txt")).error().code(), Code::not_found);
  const std::string path = folder.write("binary.txt", std::string("a\0b", 3));
  EXPECT_EQ(read_file(path).error().what(), "unsupported: binary (bytes=3, path=" + path + ")");
  EXPECT_EQ(read_file(folder.path()).error().code(), Code::io);
}

/// What this process has read so far; 0 where the system does not say.
size_t bytes_read() {
  std::ifstream counters("/proc/self/io");
  std::string name;
  size_t value = 0;
  while (counters >> name >> value)
    if (name == "rchar:") return value;
  return 0;
}

TEST(ReadFile, ALargeBinaryIsRefusedByItsFirstBytes) {
  const TemporaryFolder folder;
  const std::string path = folder.write("disk.img", std::string("a\0b", 3));
  std::filesystem::resize_file(path, 60u << 20);  // sparse
  const size_t before = bytes_read();
  EXPECT_EQ(read_file(path).error().what(), "unsupported: binary (bytes=62914560, path=" + path + ")");
  EXPECT_LT(bytes_read() - before, 1u << 20);
}

TEST(ReadFile, APackedBinaryIsRefusedByItsFirstBytes) {
  const TemporaryFolder folder;
  std::string noise(1 << 20, '\0');
  for (size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<char>(i * 2654435761u >> 13);  // packs badly
  const std::string path = folder.write("data.bin.gz", gzip(noise));
  const size_t before = bytes_read();
  EXPECT_THAT(read_file(path).error().what(), HasSubstr("unsupported: binary"));
  EXPECT_LT(bytes_read() - before, 1u << 17);
  std::string lines;
  for (size_t i = 0; i < 100'000; ++i) lines += std::to_string(i * 2654435761u) + '\n';
  EXPECT_EQ(read_file(folder.write("numbers.txt.gz", gzip(lines))).value().text, lines);
}

TEST(ReadFile, LargeFilesAreRefusedBeforeTheyAreRead) {
  const TemporaryFolder folder;
  const auto document = read_file(folder.write("a.txt", "123456"), {.max_file_bytes = 5});
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().code(), Code::too_long);
  EXPECT_THAT(document.error().what(), HasSubstr("bytes=6, limit=5"));
}

TEST(Gzip, UnpacksSeveralMembersAndIgnoresPadding) {
  EXPECT_EQ(unpack_gzip(gzip("one ") + gzip("two") + std::string(8, '\0'), 100).value(), "one two");
  EXPECT_EQ(unpack_gzip(gzip(""), 0).value(), "");
  const std::string large(1'000'000, 'x');
  EXPECT_EQ(unpack_gzip(gzip(large), large.size()).value(), large);
}

TEST(Gzip, ABombStopsAtTheLimit) {
  const std::string bomb = gzip(std::string(50'000'000, '\0'));
  ASSERT_LT(bomb.size(), 100'000u);
  const auto unpacked = unpack_gzip(bomb, 1'000'000);
  ASSERT_FALSE(unpacked);
  EXPECT_EQ(unpacked.error().code(), Code::too_long);
  EXPECT_FALSE(unpack_gzip(gzip("123456"), 5));
}

TEST(Gzip, EveryTruncationAndWrongBytesAreCorrupt) {
  const std::string packed = gzip("a text that is packed");
  for (size_t bytes = 0; bytes < packed.size(); ++bytes) {
    const auto unpacked = unpack_gzip(packed.substr(0, bytes), 1000);
    ASSERT_FALSE(unpacked) << bytes;
    EXPECT_EQ(unpacked.error().code(), Code::corrupt);
  }
  std::string damaged = packed;
  damaged[damaged.size() - 6] ^= 1;  // the checksum
  EXPECT_EQ(unpack_gzip(damaged, 1000).error().code(), Code::corrupt);
  EXPECT_EQ(unpack_gzip("not gzip at all", 1000).error().code(), Code::corrupt);
}

}  // namespace
}  // namespace vicinal::read
