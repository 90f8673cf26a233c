#include "engine/passages.h"

#include <gtest/gtest.h>

namespace vicinal::engine {
namespace {

Chunk chunk_at(size_t begin, size_t end, size_t first_line, size_t last_line) {
  return {.byte_start = begin, .byte_end = end, .line_start = first_line, .line_end = last_line};
}

TEST(Passages, LinesOfAPageAreThoseOfItsFile) {
  const auto page =
      read::read_bytes("<html>\n<head>\n<title>T</title>\n</head>\n<p>one\n\n\n<p>two\n three\n", read::Format::html)
          .value();
  ASSERT_EQ(page.text, "one\n\ntwo three");
  std::vector<Chunk> chunks = {chunk_at(0, 3, 1, 1), chunk_at(5, 14, 3, 3), chunk_at(0, 14, 1, 3)};
  use_file_lines(page, chunks);
  EXPECT_EQ(chunks[0].line_start, 5U);
  EXPECT_EQ(chunks[0].line_end, 5U);
  EXPECT_EQ(chunks[1].line_start, 8U);
  EXPECT_EQ(chunks[1].line_end, 9U);
  EXPECT_EQ(chunks[2].line_start, 5U);
  EXPECT_EQ(chunks[2].line_end, 9U);
  EXPECT_EQ(chunks[2].byte_end, 14U) << "bytes stay those of the text";
}

TEST(Passages, LinesOfPlainTextStay) {
  const auto file = read::read_bytes("one\r\n\r\ntwo\r\n", read::Format::plain).value();
  std::vector<Chunk> chunks = {chunk_at(5, 8, 3, 3)};
  use_file_lines(file, chunks);
  EXPECT_EQ(chunks[0].line_start, 3U);
  EXPECT_EQ(chunks[0].line_end, 3U);
}

}  // namespace
}  // namespace vicinal::engine
