#include "index/segment_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/file.h"
#include "index/store_for_tests.h"

namespace vicinal::index {
namespace {

constexpr size_t kDimensions = 4;

SegmentExtent write_segment(const std::string& path, uint64_t rows) {
  SegmentExtent extent = {path, 5, kDimensions, rows, 0};
  SegmentWriter writer = SegmentWriter::create(extent).value();
  for (uint64_t i = 0; i < rows; ++i) {
    const float vector[kDimensions] = {static_cast<float>(i), 1, 2, 3};
    EXPECT_TRUE(writer.append({i / 3 + 1, static_cast<uint32_t>(i % 3), 0}, vector));
  }
  extent.bytes = writer.finish().value();
  return extent;
}

Result<double> sum_of(const SegmentExtent& extent) {
  VICINAL_TRY(auto segment, open_segment(extent));
  double total = 0;
  for (size_t i = 0; i < segment->blocks(); ++i) {
    VICINAL_TRY(const BlockView block, segment->block(i));
    for (size_t row = 0; row < block.vectors.rows; ++row)
      total += static_cast<double>(block.vectors.row(row)[0]) *
               static_cast<double>(block.ids[row].document * 3 + block.ids[row].ordinal);
  }
  return total;
}

TEST(SegmentFile, RowsAreAlignedAndFoundById) {
  StoreFolder folder;
  const SegmentExtent extent = write_segment(folder.path() + "/segment-1.vec", 20000);
  const auto segment = open_segment(extent).value();
  EXPECT_EQ(segment->rows(), 20000U);
  EXPECT_GT(segment->blocks(), 1U);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(segment->block(0).value().vectors.data) % 64, 0U);
  const auto place = segment->lower_bound({5001, 1, 0});
  ASSERT_TRUE(place);
  EXPECT_EQ(place->row, 15001U);
  EXPECT_EQ(segment->block(place->block).value().vectors.row(place->row_in_block)[0], 15001.0F);
}

TEST(SegmentFile, AnotherIdentityRowCountOrWidthIsCorrupt) {
  StoreFolder folder;
  const SegmentExtent extent = write_segment(folder.path() + "/segment-1.vec", 7);
  for (int change = 0; change < 3; ++change) {
    SegmentExtent wrong = extent;
    if (change == 0) wrong.identity = 6;
    if (change == 1) wrong.rows = 8;
    if (change == 2) wrong.dimensions = 2;
    EXPECT_EQ(open_segment(wrong).error().code(), Code::corrupt) << change;
  }
}

TEST(SegmentFile, EveryFlippedByteAndEveryCutIsAnErrorOrWithoutEffect) {
  StoreFolder folder;
  const SegmentExtent extent = write_segment(folder.path() + "/segment-1.vec", 7);
  const std::string bytes = base::read_file(extent.path).value();
  const double expected = sum_of(extent).value();
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x04);
    std::ofstream(extent.path, std::ios::binary) << damaged;
    const auto got = sum_of(extent);
    if (got) {
      EXPECT_EQ(*got, expected) << at;
    }
  }
  for (size_t size = 0; size < bytes.size(); ++size) {
    std::ofstream(extent.path, std::ios::binary) << bytes.substr(0, size);
    EXPECT_FALSE(sum_of(extent).ok()) << size;
  }
}

TEST(SegmentFile, RowsOutOfOrderAreCorrupt) {
  StoreFolder folder;
  const SegmentExtent extent = {folder.path() + "/segment-1.vec", 5, kDimensions, 2, 0};
  SegmentWriter writer = SegmentWriter::create(extent).value();
  const float vector[kDimensions] = {};
  ASSERT_TRUE(writer.append({2, 0, 0}, vector));
  ASSERT_TRUE(writer.append({1, 0, 0}, vector));
  ASSERT_TRUE(writer.finish());
  EXPECT_EQ(open_segment(extent).error().code(), Code::corrupt);
}

}  // namespace
}  // namespace vicinal::index
