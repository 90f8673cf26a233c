#include "base/byte_source.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <fstream>
#include <thread>

#include "base/file.h"
#include "base/line_reader.h"
#include "base/temporary_folder_for_tests.h"

namespace vicinal::base {
namespace {

using std::chrono::milliseconds;

std::string gzipped(const TemporaryFolder& folder, const std::string& text) {
  gzFile file = gzopen(folder.file("t.gz").c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  return read_file(folder.file("t.gz")).value();
}

Result<std::string> all_of(const std::string& path, size_t piece) {
  VICINAL_TRY(ByteSource source, ByteSource::open(path));
  std::string text, buffer(piece, '\0');
  while (true) {
    VICINAL_TRY(const size_t bytes, source.read(buffer));
    if (bytes == 0) return text;
    text.append(buffer, 0, bytes);
  }
}

TEST(ByteSource, GivesPlainBytesAndWhatAGzipFileHolds) {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i * 7919) + "\n";
  const std::string packed = gzipped(folder, text);
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{100'000}}) {
    if (piece > 1) EXPECT_EQ(all_of(folder.write("plain", text), piece).value(), text);
    EXPECT_EQ(all_of(folder.write("one.gz", packed), piece).value(), text);
  }
  EXPECT_EQ(all_of(folder.write("two.gz", packed + packed + "no member"), 65536).value(), text + text);
  for (const std::string& tiny : {std::string(), std::string("a"), std::string("\x1f"), std::string("\x1f\x8c", 2)})
    EXPECT_EQ(all_of(folder.write("tiny", tiny), 10).value(), tiny);
}

TEST(ByteSource, AGzipFileThatIsCutOrDamagedIsCorrupt) {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 1000; ++i) text += std::to_string(i * 7919);
  std::string packed = gzipped(folder, text);
  for (size_t bytes = 2; bytes < packed.size(); bytes += 97)
    EXPECT_EQ(all_of(folder.write("cut", packed.substr(0, bytes)), 4096).error().code(), Code::corrupt) << bytes;
  packed[packed.size() - 6] = static_cast<char>(packed[packed.size() - 6] ^ 1);  // the checksum
  EXPECT_EQ(all_of(folder.write("bad", packed), 4096).error().code(), Code::corrupt);
}

TEST(ByteSource, AFolderCannotBeRead) {
  const TemporaryFolder folder;
  EXPECT_EQ(all_of(folder.path(), 10).error().code(), Code::io);
}

TEST(LineReader, IsReadyForWhatASlowPipeHasWrittenAndNotForHalfALine) {
  const TemporaryFolder folder;
  ASSERT_EQ(mkfifo(folder.file("pipe").c_str(), 0600), 0);
  std::ofstream writer;
  std::thread opener([&] { writer.open(folder.file("pipe")); });
  LineReader lines = LineReader::open(folder.file("pipe")).value();
  opener.join();
  EXPECT_FALSE(lines.ready(milliseconds{0}));
  writer << "one\nt" << std::flush;
  ASSERT_TRUE(lines.ready(milliseconds{5000}));
  EXPECT_EQ(**lines.next(), "one");
  EXPECT_FALSE(lines.ready(milliseconds{20})) << "half a line is no line";
  writer << "wo\n" << std::flush;
  ASSERT_TRUE(lines.ready(milliseconds{5000}));
  EXPECT_TRUE(lines.ready(milliseconds{0})) << "looking takes nothing away";
  EXPECT_EQ(**lines.next(), "two");
  writer.close();
  EXPECT_TRUE(lines.ready(milliseconds{5000})) << "the end is something to say";
  EXPECT_FALSE(lines.next()->has_value());
  EXPECT_FALSE(lines.next()->has_value());
}

}  // namespace
}  // namespace vicinal::base
