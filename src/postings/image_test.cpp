#include "postings/image.h"

#include <gtest/gtest.h>

#include <map>

#include "postings/corpus_for_tests.h"

namespace vicinal::postings {
namespace {

using Places = std::map<std::string, std::map<uint32_t, std::vector<uint32_t>>>;  // word, row, positions

Places places_of(const std::vector<TestRow>& rows) {
  Places places;
  for (uint32_t row = 0; row < rows.size(); ++row)
    for (uint32_t position = 0; position < rows[row].words.size(); ++position)
      places[rows[row].words[position]][row].push_back(position);
  return places;
}

TEST(Image, EveryListComesBackAsItWentIn) {
  const auto rows = test_rows(5000, 3000, 1);
  const TestImage image(rows);
  ASSERT_NE(image.get(), nullptr);
  const Places places = places_of(rows);
  EXPECT_EQ((*image).terms(), places.size());
  for (const auto& [word, expected] : places) {
    const auto term = (*image).find(word);
    ASSERT_TRUE(term && *term) << word;
    const auto list = (*image).list(**term);
    ASSERT_TRUE(list);
    PlainList read;
    list->read_all(read);
    EXPECT_TRUE(list->sound());
    ASSERT_EQ(read.rows.size(), expected.size()) << word;
    size_t i = 0, position = 0;
    for (const auto& [row, of_row] : expected) {
      ASSERT_EQ(read.rows[i], row) << word;
      ASSERT_EQ(read.frequencies[i], of_row.size()) << word;
      for (const uint32_t each : of_row) ASSERT_EQ(read.positions[position++], each) << word;
      ++i;
    }
  }
  EXPECT_TRUE((*image).verify());
}

TEST(Image, PositionsOfOneRowAreFoundInTheMiddleOfAList) {
  const auto rows = test_rows(5000, 50, 2);
  const TestImage image(rows);
  const Places places = places_of(rows);
  for (const auto& [word, expected] : places) {
    const auto list = (*image).list(**(*image).find(word));
    ASSERT_TRUE(list);
    for (const auto& [row, of_row] : expected) {
      if (row % 97 != 0) continue;
      const size_t block = list->block_with(row, 0);
      Block in_block, frequencies;
      list->read_rows(block, in_block);
      list->read_frequencies(block, frequencies);
      const auto at = std::find(in_block.begin(), in_block.end(), row) - in_block.begin();
      std::vector<uint32_t> read;
      list->read_positions(block, frequencies, static_cast<size_t>(at), 1, read);
      EXPECT_EQ(read, of_row) << word << ' ' << row;
    }
  }
}

TEST(Image, UnknownTermsAreNotFound) {
  const TestImage image(test_rows(200, 100, 3));
  for (const char* key : {"", "a", "w", "w0x", "w99999", "zz", "\xFF"}) {
    const auto found = (*image).find(key);
    ASSERT_TRUE(found);
    EXPECT_FALSE(*found) << key;
  }
}

TEST(Image, TermsFromAKeyOnComeInOrder) {
  const auto rows = test_rows(500, 300, 4);
  const TestImage image(rows);
  const Places places = places_of(rows);
  for (const std::string from : {"", "w1", "w17", "w2zz", "x"}) {
    std::vector<std::string> found, expected;
    ASSERT_TRUE((*image).dictionary().each_from(from, [&](std::string_view key, const Term&) {
      found.emplace_back(key);
      return found.size() < 40;
    }));
    for (auto at = places.lower_bound(from); at != places.end() && expected.size() < 40; ++at)
      expected.push_back(at->first);
    EXPECT_EQ(found, expected) << from;
  }
}

TEST(Image, AnEmptyOneIsNone) {
  const TestImage image(std::vector<TestRow>{});
  ASSERT_NE(image.get(), nullptr);
  EXPECT_EQ((*image).rows(), 0u);
  EXPECT_FALSE((*image).find("w1")->has_value());
}

TEST(Image, RowsOfALongListThatEndsWithAFullBlockAreFound) {
  std::vector<TestRow> rows;
  for (uint64_t i = 0; i < 2 * kBlock; ++i) rows.push_back({i + 1, 0, {"w1", "w1"}});
  const TestImage image(rows);
  const auto list = (*image).list(**(*image).find("w1"));
  ASSERT_TRUE(list);
  EXPECT_EQ(list->blocks(), 2u);
  EXPECT_EQ(list->block_with(255, 0), 1u);
  EXPECT_EQ(list->block_with(256, 0), 2u);
}

TEST(Image, EveryFlippedByteIsReportedOrChangesNothing) {
  const auto rows = test_rows(300, 60, 5);
  const std::string sound = TestImage::payload_of(rows);
  for (size_t at = 0; at < sound.size(); at += 3) {
    std::string bytes = sound;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << at % 8));
    const TestImage image(bytes);
    if (image.get() != nullptr) EXPECT_FALSE((*image).verify()) << at;
  }
}

TEST(Image, EveryCutIsReported) {
  const std::string sound = TestImage::payload_of(test_rows(100, 60, 6));
  for (size_t size = 0; size < sound.size(); size += 7)
    EXPECT_EQ(TestImage(sound.substr(0, size)).get(), nullptr) << size;
}

}  // namespace
}  // namespace vicinal::postings
