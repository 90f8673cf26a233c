#include "index/tail_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <numeric>

#include "base/file.h"
#include "base/framed_file.h"
#include "index/store_for_tests.h"

namespace vicinal::index {
namespace {

constexpr size_t kDimensions = 3;

struct Rows {
  std::vector<RowId> ids;
  std::vector<float> values;
  base::MatrixView view() const { return {values.data(), ids.size(), kDimensions, kDimensions}; }
};

Rows rows_of(uint64_t first_document, size_t count) {
  Rows rows;
  for (size_t i = 0; i < count; ++i) rows.ids.push_back({first_document + i, 0, 0});
  rows.values.resize(count * kDimensions);
  std::iota(rows.values.begin(), rows.values.end(), static_cast<float>(first_document));
  return rows;
}

class TailFile : public testing::Test {
 protected:
  TailExtent extent(const TailWriter& writer) const { return {path_, 9, kDimensions, writer.rows(), writer.bytes()}; }
  void append(TailWriter& writer, uint64_t commit, const Rows& rows) {
    ASSERT_TRUE(writer.append(commit, rows.ids, rows.view()));
    writer.keep();
  }
  StoreFolder folder_;
  std::string path_ = folder_.path() + "/tail-1.vec";
};

TEST_F(TailFile, WhatWasAppendedIsReadBackRowByRow) {
  TailWriter writer = TailWriter::create(path_, 9, kDimensions).value();
  append(writer, 1, rows_of(1, 2));
  append(writer, 2, Rows{});
  append(writer, 3, rows_of(10, 5));
  const auto tail = open_tail(extent(writer)).value();
  EXPECT_EQ(tail->rows(), 7U);
  EXPECT_EQ(tail->blocks(), 2U);
  const auto place = tail->lower_bound({12, 0, 0});
  ASSERT_TRUE(place);
  EXPECT_EQ(place->row, 4U);
  const BlockView block = tail->block(place->block).value();
  EXPECT_EQ(block.vectors.row(place->row_in_block)[0], 16.0F);
  EXPECT_FALSE(tail->lower_bound({15, 0, 0}));
}

TEST_F(TailFile, ARowIsFoundFromAnyBlockBeforeIt) {
  TailWriter writer = TailWriter::create(path_, 9, kDimensions).value();
  for (uint64_t commit = 1; commit <= 21; ++commit) append(writer, commit, rows_of(7 * commit, 1 + commit % 4));
  const auto tail = open_tail(extent(writer)).value();
  for (uint64_t document = 0; document < 160; ++document) {
    const auto place = tail->lower_bound({document, 0, 0});
    for (size_t from = 1; from <= (place ? place->block : tail->blocks()); ++from) {
      const auto again = tail->lower_bound({document, 0, 0}, from);
      ASSERT_EQ(again.has_value(), place.has_value()) << document << " from " << from;
      if (place) ASSERT_EQ(again->row, place->row) << document << " from " << from;
    }
  }
}

TEST_F(TailFile, ATailThatGrewIsReadOnWithoutMoving) {
  TailWriter writer = TailWriter::create(path_, 9, kDimensions).value();
  append(writer, 1, rows_of(1, 2));
  const TailExtent before = extent(writer);
  const auto tail = open_tail(before).value();
  const std::byte* const bytes = tail->bytes().data();
  append(writer, 2, rows_of(5, 3000));
  ASSERT_TRUE(extend_tail(*tail, extent(writer), before.bytes));
  EXPECT_EQ(tail->rows(), 3002U);
  EXPECT_EQ(tail->block(1).value().vectors.row(0)[0], 5.0F);
  EXPECT_EQ(tail->bytes().data(), bytes);
}

TEST_F(TailFile, ABlockThatWasNotCommittedIsOverwritten) {
  TailWriter writer = TailWriter::create(path_, 9, kDimensions).value();
  append(writer, 1, rows_of(1, 2));
  ASSERT_TRUE(writer.append(2, rows_of(5, 9).ids, rows_of(5, 9).view()));  // no keep(): the commit failed
  const TailExtent committed = {path_, 9, kDimensions, 2, extent(writer).bytes - (64 + 128 + 192)};
  TailWriter resumed = TailWriter::resume(committed).value();
  append(resumed, 2, rows_of(7, 1));
  const auto tail = open_tail(extent(resumed)).value();
  EXPECT_EQ(tail->rows(), 3U);
  EXPECT_EQ(tail->ids(1)[0].document, 7U);
}

TEST_F(TailFile, CommitsBehindTheCommittedEndAreSeen) {
  TailWriter writer = TailWriter::create(path_, 9, kDimensions).value();
  append(writer, 1, rows_of(1, 2));
  const TailExtent old = extent(writer);
  append(writer, 2, rows_of(5, 1));
  append(writer, 3, Rows{});
  const auto tail = open_tail(old).value();
  EXPECT_EQ(tail->rows(), 2U);
  EXPECT_EQ(newest_commit_behind(*tail, old), 3U);
  EXPECT_EQ(newest_commit_behind(*open_tail(extent(writer)).value(), extent(writer)), 0U);
}

TEST_F(TailFile, LargeAppendsAreCutIntoBlocks) {
  TailWriter writer = TailWriter::create(path_, 9, kDimensions).value();
  append(writer, 1, rows_of(1, 400000));
  const auto tail = open_tail(extent(writer)).value();
  EXPECT_GT(tail->blocks(), 1U);
  EXPECT_EQ(tail->lower_bound({399999, 0, 0})->row, 399998U);
}

TEST_F(TailFile, OtherIdentityNewerVersionAndMissingFileAreToldApart) {
  TailWriter writer = TailWriter::create(path_, 9, kDimensions).value();
  append(writer, 1, rows_of(1, 1));
  TailExtent wrong = extent(writer);
  wrong.identity = 8;
  EXPECT_EQ(open_tail(wrong).error().code(), Code::corrupt);
  wrong = extent(writer);
  wrong.path += "x";
  EXPECT_EQ(open_tail(wrong).error().code(), Code::not_found);
  std::byte header[base::kFrameHeaderBytes];
  base::encode_header({.kind = "tail", .version = 2, .identity = 9}, header);
  ASSERT_TRUE(base::File::open(path_, base::File::Mode::read_write).value().write_at(0, header));
  EXPECT_EQ(open_tail(extent(writer)).error().code(), Code::unsupported);
}

TEST_F(TailFile, EveryFlippedByteAndEveryCutIsAnErrorOrWithoutEffect) {
  TailWriter writer = TailWriter::create(path_, 9, kDimensions).value();
  append(writer, 1, rows_of(1, 2));
  append(writer, 2, rows_of(3, 3));
  const TailExtent right = extent(writer);
  const std::string bytes = base::read_file(path_).value();
  const auto sum = [&]() -> Result<float> {
    VICINAL_TRY(auto tail, open_tail(right));
    float total = 0;
    for (size_t i = 0; i < tail->blocks(); ++i) {
      VICINAL_TRY(const BlockView block, tail->block(i));
      for (size_t row = 0; row < block.vectors.rows; ++row)
        for (float value : block.vectors.row(row)) total += value * static_cast<float>(block.ids[row].document);
    }
    return total;
  };
  const float expected = sum().value();
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    std::ofstream(path_, std::ios::binary) << damaged;
    const auto got = sum();
    if (got) {
      EXPECT_EQ(*got, expected) << at;
    }
  }
  for (size_t size = 0; size < bytes.size(); ++size) {
    std::ofstream(path_, std::ios::binary) << bytes.substr(0, size);
    EXPECT_FALSE(sum().ok()) << size;
  }
}

}  // namespace
}  // namespace vicinal::index
