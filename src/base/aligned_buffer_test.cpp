#include "base/aligned_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include "base/matrix_view.h"

namespace vicinal::base {
namespace {

TEST(AlignedBuffer, IsAlignedAndZero) {
  for (size_t count : {size_t{0}, size_t{1}, size_t{17}, size_t{1'000'003}, size_t{3} << 20}) {
    AlignedBuffer<float> buffer(count);
    ASSERT_NE(buffer.data(), nullptr);
    const size_t alignment = count * sizeof(float) >= size_t{4} << 20 ? size_t{2} << 20 : kVectorAlignment;
    EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer.data()) % alignment, 0u);
    EXPECT_TRUE(std::all_of(buffer.span().begin(), buffer.span().end(), [](float value) { return value == 0; }));
  }
}

TEST(AlignedBuffer, ReusedMemoryIsZeroedAgain) {
  for (int round = 0; round < 3; ++round) {
    AlignedBuffer<uint8_t> buffer(4096);
    EXPECT_EQ(std::count(buffer.span().begin(), buffer.span().end(), 0), 4096);
    std::fill(buffer.span().begin(), buffer.span().end(), uint8_t{0xFF});
  }
}

TEST(AlignedBuffer, ReservingKeepsARoomyBuffer) {
  AlignedBuffer<int> buffer(10);
  const int* before = buffer.data();
  buffer.reserve_discarding(5);
  EXPECT_EQ(buffer.data(), before);
  buffer.reserve_discarding(1000);
  EXPECT_EQ(buffer.size(), 1000u);
}

TEST(MatrixView, RowsAreStrideApart) {
  float values[] = {1, 2, 0, 3, 4, 0};
  const MutableMatrixView matrix{values, 2, 2, 3};
  EXPECT_EQ(matrix.row(1)[0], 3);
  EXPECT_EQ(MatrixView(matrix).row(1).size(), 2u);
}

TEST(MatrixViewDeathTest, RowsBeyondTheEndAbort) {
  float value = 0;
  const MatrixView matrix{&value, 1, 1, 1};
  EXPECT_DEATH((void)matrix.row(1), "1 vs 1");
}

}  // namespace
}  // namespace vicinal::base
