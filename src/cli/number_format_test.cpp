#include "cli/number_format.h"

#include <gtest/gtest.h>

#include <limits>

namespace vicinal::cli {
namespace {

TEST(NumberFormat, ThousandsAreGrouped) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(3904), "3,904");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

TEST(NumberFormat, CompactKeepsThreeFigures) {
  EXPECT_EQ(compact(3.14), "3.1");
  EXPECT_EQ(compact(950), "950");
  EXPECT_EQ(compact(12345), "12.3 k");
  EXPECT_EQ(compact(999960), "1.0 M");
  EXPECT_EQ(compact(1.2e6), "1.2 M");
}

TEST(NumberFormat, DurationsChangeTheirUnit) {
  EXPECT_EQ(duration(0.0124), "12 ms");
  EXPECT_EQ(duration(3.44), "3.4 s");
  EXPECT_EQ(duration(35.2), "35 s");
  EXPECT_EQ(duration(59.9), "1 min 0 s");
  EXPECT_EQ(duration(130), "2 min 10 s");
  EXPECT_EQ(duration(3900), "1 h 5 min");
  EXPECT_EQ(duration(std::numeric_limits<double>::infinity()), "?");
}

TEST(NumberFormat, BytesAndCountsHaveTheirUnits) {
  EXPECT_EQ(byte_size(812), "812 B");
  EXPECT_EQ(byte_size(1500), "1.5 kB");
  EXPECT_EQ(byte_size(23'500'000), "23.5 MB");
  EXPECT_EQ(counted(1, "file", "files"), "1 file");
  EXPECT_EQ(counted(3904, "file", "files"), "3,904 files");
}

}  // namespace
}  // namespace vicinal::cli
