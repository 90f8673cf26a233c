#include "base/line_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "base/temporary_folder_for_tests.h"

namespace vicinal::base {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> lines_of(const std::string& path) {
  LineReader reader = LineReader::open(path).value();
  std::vector<std::string> lines;
  for (auto line = reader.next().value(); line; line = reader.next().value()) lines.emplace_back(*line);
  return lines;
}

TEST(LineReader, GivesLinesWithoutTheirEnds) {
  const TemporaryFolder folder;
  EXPECT_THAT(lines_of(folder.write("a", "one\r\ntwo\n\nfour")), ElementsAre("one", "two", "", "four"));
  EXPECT_THAT(lines_of(folder.write("b", "")), ElementsAre());
}

TEST(LineReader, AByteOrderMarkAtTheStartIsDropped) {
  const TemporaryFolder folder;
  EXPECT_THAT(lines_of(folder.write("a", "\xEF\xBB\xBFone\n\xEF\xBB\xBFtwo")), ElementsAre("one", "\xEF\xBB\xBFtwo"));
}

TEST(LineReader, ReadsLinesThatCrossItsBuffer) {
  const TemporaryFolder folder;
  const std::string lengthy(300'000, 'x');
  EXPECT_THAT(lines_of(folder.write("a", lengthy + "\nend\n")), ElementsAre(lengthy, "end"));
}

TEST(LineReader, ReadsGzip) {
  const TemporaryFolder folder;
  gzFile file = gzopen(folder.file("a.gz").c_str(), "wb");
  gzputs(file, "one\ntwo\n");
  gzclose(file);
  EXPECT_THAT(lines_of(folder.file("a.gz")), ElementsAre("one", "two"));
}

TEST(LineReader, ReadingGoesOnAfterALineThatIsTooLong) {
  const TemporaryFolder folder;
  LineReader reader = LineReader::open(folder.write("a", "short\n" + std::string(100, 'x') + "\nend\n"), 10).value();
  EXPECT_EQ(**reader.next(), "short");
  EXPECT_EQ(reader.next().error().code(), Code::too_long);
  EXPECT_EQ(reader.line_number(), 2U);
  EXPECT_EQ(**reader.next(), "end");
  EXPECT_FALSE(reader.next()->has_value());
}

TEST(LineReader, AFileThatIsNotThereIsNotFound) {
  EXPECT_EQ(LineReader::open("/no/such/file").error().code(), Code::not_found);
}

TEST(LineReader, AGzipFileThatIsCutShortIsAnError) {
  const TemporaryFolder folder;
  gzFile file = gzopen(folder.file("a.gz").c_str(), "wb");
  for (int i = 0; i < 1000; ++i) gzprintf(file, "%d %d\n", i * 7919, i * i);
  gzclose(file);
  std::filesystem::resize_file(folder.file("a.gz"), std::filesystem::file_size(folder.file("a.gz")) / 2);
  EXPECT_FALSE(count_lines(folder.file("a.gz")).ok());
}

TEST(CountLines, BlankLinesDoNotCount) {
  const TemporaryFolder folder;
  EXPECT_EQ(count_lines(folder.write("a", "one\n\n  \ntwo")).value(), 2U);
}

}  // namespace
}  // namespace vicinal::base
