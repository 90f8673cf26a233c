#include "cli/input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "base/temporary_folder_for_tests.h"

namespace vicinal::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class InputFile : public testing::Test {
 protected:
  Result<TextInput> open(const std::string& name, const std::string& bytes) {
    const std::string path = folder_.path() + "/" + name;
    std::ofstream(path, std::ios::binary) << bytes;
    return TextInput::open(path);
  }
  TextWindow read(const std::string& name, const std::string& bytes) {
    return open(name, bytes).value().next().value();
  }
  Error refuse(const std::string& name, const std::string& bytes) {
    auto input = open(name, bytes).value();
    const auto window = input.next();
    EXPECT_FALSE(window.ok());
    return window ? Error(Code::io, "accepted") : window.error();
  }

  base::TemporaryFolder folder_;
};

TEST_F(InputFile, LinesAreTextsAndBlankOnesCount) {
  const TextWindow window = read("a.txt", "one\r\n\ntwo\n");
  EXPECT_THAT(window.texts, ElementsAre("one", "", "two"));
  EXPECT_THAT(window.ids, ElementsAre("0", "1", "2"));
}

TEST_F(InputFile, TheLastLineMayLackItsEnd) { EXPECT_THAT(read("a.txt", "one\ntwo").texts, ElementsAre("one", "two")); }

TEST_F(InputFile, AByteOrderMarkIsNoText) { EXPECT_THAT(read("a.txt", "\xEF\xBB\xBFone\n").texts, ElementsAre("one")); }

TEST_F(InputFile, JsonRowsKeepTheirIdsAndBlankLinesDoNotCount) {
  const TextWindow window =
      read("a.jsonl", "{\"id\":\"x\",\"text\":\"one\"}\n\n{\"_id\":7,\"text\":\"two\"}\n{\"text\":\"three\"}\n");
  EXPECT_THAT(window.texts, ElementsAre("one", "two", "three"));
  EXPECT_THAT(window.ids, ElementsAre("\"x\"", "7", "2"));
}

TEST_F(InputFile, GzipIsReadAsWhatItHolds) {
  const std::string path = folder_.file("rows.jsonl.gz");
  gzFile file = gzopen(path.c_str(), "wb");
  gzputs(file, "{\"id\":\"x\",\"text\":\"one\"}\n");
  gzclose(file);
  EXPECT_THAT(TextInput::open(path).value().next().value().texts, ElementsAre("one"));
}

TEST_F(InputFile, AGzipFileThatIsCutShortIsNamedOnce) {
  const Error error = refuse("rows.jsonl.gz", std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10));
  EXPECT_EQ(error.code(), Code::corrupt);
  EXPECT_EQ(std::ranges::count(error.data(), "path", [](const auto& pair) { return pair.first; }), 1);
}

TEST_F(InputFile, OfTwoIdsTheOneWithTheUnderscoreCounts) {
  EXPECT_THAT(read("a.jsonl", "{\"id\":\"x\",\"_id\":\"y\",\"text\":\"one\"}\n").ids, ElementsAre("\"y\""));
}

TEST_F(InputFile, JsonIsRecognisedByItsFirstRowWhereTheNameDoesNotSay) {
  EXPECT_THAT(read("rows", "{\"text\":\"one\"}\n").texts, ElementsAre("one"));
  EXPECT_THAT(read("rows", "{curly} is a word\n").texts, ElementsAre("{curly} is a word"));
  EXPECT_THAT(read("rows.txt", "{\"text\":\"one\"}\n").texts, ElementsAre("{\"text\":\"one\"}"));
}

TEST_F(InputFile, BadRowsAreRefusedWithTheirLine) {
  for (const char* row :
       {"[1]", "{\"text\":5}", "{\"id\":\"x\"}", "{\"text\":\"a\",\"id\":[1]}", "{\"text\":\"a\"", "plain"}) {
    const Error error = refuse("a.jsonl", "{\"text\":\"fine\"}\n" + std::string(row) + "\n");
    EXPECT_EQ(error.code(), Code::invalid_argument) << row;
    EXPECT_NE(error.what().find("line=2"), std::string::npos) << error.what();
  }
}

TEST_F(InputFile, InvalidUtf8IsRefusedWithItsByte) {
  const Error error = refuse("a.txt", "fine\nab\xFFz\n");
  EXPECT_NE(error.what().find("line=2"), std::string::npos) << error.what();
  EXPECT_NE(error.what().find("byte=2"), std::string::npos) << error.what();
}

TEST_F(InputFile, LongInputsComeInWindowsAndRowNumbersGoOn) {
  constexpr size_t kRows = WindowBounds().rows;
  std::string bytes;
  for (size_t i = 0; i < kRows + 3; ++i) bytes += std::to_string(i) + "\n";
  TextInput input = open("a.txt", bytes).value();
  EXPECT_EQ(input.next().value().texts.size(), kRows);
  const TextWindow second = input.next().value();
  EXPECT_EQ(second.first_row, kRows);
  EXPECT_THAT(second.ids, ElementsAre("4096", "4097", "4098"));
  EXPECT_THAT(input.next().value().texts, IsEmpty());
}

TEST_F(InputFile, ALineLongerThanOneReadIsWhole) {
  const std::string line(1'000'000, 'x');
  const TextWindow window = read("a.txt", "short\n" + line + "\nend");
  ASSERT_EQ(window.texts.size(), 3u);
  EXPECT_EQ(window.texts[1], line);
}

TEST_F(InputFile, AnEmptyFileHasNoRows) { EXPECT_THAT(read("a.txt", "").texts, IsEmpty()); }

TEST(Input, AFileThatIsNotThereIsNotFound) {
  EXPECT_EQ(TextInput::open("/no/such/file").error().code(), Code::not_found);
}

TEST(Input, TextsOfTheCommandLineAreTakenAsTheyAre) {
  auto input = open_text_input({"[a, b]", "{\"text\":\"x\"}", ""}, "").value();
  EXPECT_THAT(input.next().value().texts, ElementsAre("[a, b]", "{\"text\":\"x\"}", ""));
  EXPECT_THAT(input.next().value().texts, IsEmpty());
}

TEST(Input, TextAndInputTogetherAreRefused) {
  EXPECT_EQ(open_text_input({"a"}, "b").error().code(), Code::invalid_argument);
}

TEST_F(InputFile, BoundsOfAWindowMayBeSet) {
  TextInput input = open("a.txt", "one\ntwo\nthree\nfour\n").value();
  input.set_bounds({.rows = 3});
  EXPECT_THAT(input.next().value().texts, ElementsAre("one", "two", "three"));
  input.set_bounds({.bytes = 1});
  EXPECT_THAT(input.next().value().texts, ElementsAre("four"));
}

TEST_F(InputFile, APipeThatTricklesGivesSmallWindows) {
  ASSERT_EQ(mkfifo(folder_.file("pipe").c_str(), 0600), 0);
  std::ofstream writer;
  std::thread opener([&] { writer.open(folder_.file("pipe")); });
  TextInput input = TextInput::open(folder_.file("pipe")).value();
  opener.join();
  EXPECT_FALSE(input.poll(false)->has_value()) << "there is nothing yet";
  writer << "one\ntwo\nthr" << std::flush;
  EXPECT_FALSE(input.poll(false)->has_value()) << "two rows wait for others, if not long";
  EXPECT_THAT(input.next().value().texts, ElementsAre("one", "two"));
  EXPECT_FALSE(input.poll(true)->has_value()) << "whoever waits can look after other things now and then";
  writer << "ee\n" << std::flush;
  const TextWindow window = input.next().value();
  EXPECT_THAT(window.texts, ElementsAre("three"));
  EXPECT_EQ(window.first_row, 2U);
  writer.close();
  EXPECT_THAT(input.next().value().texts, IsEmpty());
}

}  // namespace
}  // namespace vicinal::cli
