#include "postings/packed_block.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace vicinal::postings {
namespace {

Block random_block(unsigned width, std::mt19937_64& random) {
  Block block;
  for (uint32_t& value : block) value = width == 0 ? 0 : static_cast<uint32_t>(random() >> (64 - width));
  return block;
}

TEST(PackedBlock, EveryWidthComesBackAsItWentIn) {
  std::mt19937_64 random(1);
  for (unsigned width = 0; width <= 32; ++width) {
    const Block block = random_block(width, random);
    std::vector<std::byte> bytes(packed_bytes(width));
    pack(block, width, bytes.data());
    Block back;
    unpack(bytes.data(), width, back);
    EXPECT_EQ(block, back) << width;
    for (size_t i = 0; i < kBlock; ++i) EXPECT_EQ(unpack_one(bytes.data(), width, i), block[i]) << width << ' ' << i;
  }
}

TEST(PackedBlock, GapsBecomeAscendingNumbers) {
  std::mt19937_64 random(2);
  for (unsigned width = 0; width <= 24; ++width) {
    const Block gaps = random_block(width, random);
    std::vector<std::byte> bytes(packed_bytes(width));
    pack(gaps, width, bytes.data());
    Block rows;
    unpack_ascending(bytes.data(), width, UINT32_MAX, rows);
    uint32_t row = UINT32_MAX;
    for (size_t i = 0; i < kBlock; ++i) EXPECT_EQ(rows[i], row += gaps[i] + 1) << width << ' ' << i;
  }
}

TEST(PackedBlock, TheWidthIsThatOfTheLargest) {
  Block block{};
  EXPECT_EQ(width_of(block), 0u);
  block[77] = 1;
  EXPECT_EQ(width_of(block), 1u);
  block[3] = UINT32_MAX;
  EXPECT_EQ(width_of(block), 32u);
}

}  // namespace
}  // namespace vicinal::postings
